// The page in the languages that come with the plugin: every button is found by its name in them, and their
// words, which are longer, fit. Whether anything is left in English, tests/php/TranslatedPageTest.php says.

import assert from 'node:assert/strict';

import { misfits } from './harness/appearance.mjs';
import { story } from './harness/story.mjs';

const WORDS = {
	de_DE: { save: 'Einstellungen speichern', authorize: 'Autorisieren', test: 'Verbindung testen', status: ['Nicht eingerichtet', 'Bereit zur Autorisierung', 'Verbunden', 'Braucht Aufmerksamkeit'] },
	fr_FR: { save: 'Enregistrer les réglages', authorize: 'Autoriser', test: 'Tester la connexion', status: ['Non configuré', 'Prêt à autoriser', 'Connecté', 'Demande votre attention'] },
};

for (const [locale, { save, authorize, test, status }] of Object.entries(WORDS)) {
	story(`a connection in ${locale}, at 320 px too`, async (owner) => {
		const { page, mautic, wordpress } = owner;
		await mautic.register(wordpress.redirectUri);
		await wordpress.php(`update_user_meta( get_user_by( 'login', '${wordpress.user}' )->ID, 'locale', '${locale}' );`);
		const wrong = [];
		const sees = async (state) => {
			await page.locator('dl').getByText(status[state], { exact: true }).waitFor();
			assert.equal(await page.evaluate(() => document.documentElement.lang), locale.replace('_', '-'));
			await page.evaluate(() => document.querySelectorAll('.wrap details').forEach((details) => (details.open = true)));
			for (const width of [1280, 782, 320]) {
				await page.setViewportSize({ width, height: 900 });
				wrong.push(...(await misfits(page)).map((what) => `${status[state]} ${what}`));
			}
			await page.setViewportSize({ width: 1280, height: 900 });
		};

		await owner.openPage();
		await sees(0);
		await page.locator('#cfm-base_url').fill('https://mautic.example.com/a b?c=d');
		await page.locator('#cfm-client_id').fill('no client id');
		await owner.press(save);
		await page.locator('.notice-error').waitFor();
		await sees(0);

		await page.locator('#cfm-base_url').fill(mautic.url);
		await page.locator('#cfm-client_id').fill(mautic.clientId);
		await page.locator('#cfm-client_secret').fill(mautic.clientSecret);
		await owner.press(save);
		await sees(1);
		await owner.press(authorize);
		await owner.logInToMautic();
		await owner.press('Accept');
		await sees(2);
		await mautic.control('PATCH', 'settings', { api_enabled: false });
		await owner.press(test);
		await sees(3);
		assert.deepEqual(wrong, []);
	});
}
