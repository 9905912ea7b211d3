// The page under what people set, use and have: colour schemes, widths, larger text, forced colours, less
// motion, a language from right to left, a keyboard alone. How it looks does not depend on the database: with
// SQLite alone. E2E_WORDPRESS=oldest has all of it in the oldest WordPress that is supported.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { examine } from './harness/accessibility.mjs';
import { colourSchemes, doubleText, misfits, motion, wearScheme } from './harness/appearance.mjs';
import { Browser, screenshot } from './harness/browser.mjs';
import { press, reach, type, walk } from './harness/keyboard.mjs';
import { story } from './harness/story.mjs';

const SIZES = [[1920, 1080], [1280, 900], [782, 900], [320, 640]];
const OLDEST = process.env.E2E_WORDPRESS === 'oldest';
/** The schemes of WordPress 6.5 leave its own buttons with too little contrast, on every page. */
const PALE = OLDEST ? ['.button:not(.cfm-danger)'] : [];
const SIZE = { width: 1280, height: 900 };

story('each state in every colour scheme, at every width, with larger text, forced colours and less motion', async (owner) => {
	const { page, wordpress } = owner;
	const schemes = Object.entries(await colourSchemes(wordpress));
	assert.ok(schemes.length >= 9, String(schemes));
	const wrong = [];
	await tour(owner, async (state) => {
		const found = [...await motion(page), ...await atSizes(page)];
		found.push(...await inSchemes(page, schemes), ...await withDoubleText(page));
		await page.emulateMedia({ forcedColors: 'active' });
		found.push(...await examine(page, { include: ['.wrap'] }, ['color-contrast']));
		await page.emulateMedia({ forcedColors: 'none' });
		wrong.push(...found.map((what) => `${state}: ${what}`));
		if (state === 'doctor, passed') {
			await owner.screenshot('doctor', { whole: true });
		} else if (state === 'doctor, failed') {
			await show(owner, schemes);
		}
	});
	assert.deepEqual(wrong, []);
});

story('each state from right to left', async (owner) => {
	const { page, wordpress } = owner;
	wordpress.define({ TEXT_DIRECTION: 'rtl' });
	const wrong = [];
	await tour(owner, async (state) => {
		assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.wrap')).direction), 'rtl');
		wrong.push(...(await atSizes(page)).map((what) => `${state}: ${what}`));
		if (state === 'doctor, failed') {
			await owner.screenshot('right-to-left');
		}
	});
	assert.deepEqual(wrong, []);
});

story('a keyboard alone does everything', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	assert.deepEqual(await walk(page), []);

	await owner.openPage();
	await type(page, 'Base URL', mautic.url);
	await type(page, 'Client ID', mautic.clientId);
	await type(page, 'Client secret', mautic.clientSecret);
	await press(page, 'Save settings');
	await owner.seesStatus('Ready to authorize');
	assert.deepEqual(await walk(page), []);

	await owner.openPage();
	await press(page, 'Authorize');
	await type(page, 'Username or email', mautic.user);
	await type(page, 'Password', mautic.password);
	await press(page, 'Login');
	await press(page, 'Accept');
	await owner.seesStatus('Connected');
	assert.deepEqual(await walk(page), []);
	await page.emulateMedia({ forcedColors: 'active' });
	assert.deepEqual(await walk(page), []);
	await page.emulateMedia({ forcedColors: 'none' });

	await press(page, 'Disconnect');
	await page.getByRole('heading', { name: 'Disconnect this site from Mautic?' }).waitFor();
	assert.deepEqual(await walk(page), []);
	await press(page, 'Disconnect');
	await owner.seesStatus('Ready to authorize');
});

if (!OLDEST) {
	offenders();
}

/** Leads through the states that the page is in most, and calls and awaits a function in each. */
async function tour(owner, visit) {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.seesStatus('Not configured');
	await visit('not configured');

	await owner.saveSettings({ 'Base URL': 'https://mautic.example.com/a b?c=d', 'Client ID': 'no client id', 'Client secret': 'no-secret' });
	await owner.seesError(/not a client ID/);
	await visit('with problems');

	await owner.saveSettings();
	await owner.seesStatus('Ready to authorize');
	await visit('ready');

	await page.getByText('Mautic showed something else?').last().click();
	await page.getByLabel('What Mautic showed').fill('Looks like I encountered an error (error #500)');
	await page.getByRole('button', { name: 'Explain' }).click();
	await page.locator('#cfm-explained').getByText(/two usual causes/).waitFor();
	await visit('explained');

	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Accept');
	await owner.seesStatus('Connected');
	await visit('connected');

	await owner.press('Test connection');
	await owner.seesSuccess('The connection works');
	await visit('doctor, passed');
	await mautic.control('PATCH', 'settings', { api_enabled: false });
	await owner.press('Test connection');
	await owner.seesStatus('Needs attention');
	await visit('doctor, failed');
	await owner.openPage();
	await visit('needs attention');
}

/** Pictures of the page under what people set. */
async function show(owner, schemes) {
	const { page } = owner;
	await owner.screenshot('doctor-failed', { whole: true });
	await page.emulateMedia({ forcedColors: 'active' });
	await owner.screenshot('forced-colours');
	await page.emulateMedia({ forcedColors: 'none' });
	const undo = await doubleText(page);
	// What makes the text larger would be found to be wrong itself.
	await screenshot(page, 'text-200-percent');
	await undo();
	await page.setViewportSize({ width: 320, height: 640 });
	await owner.screenshot('320-px');
	await page.setViewportSize(SIZE);
	const own = await ownScheme(page, schemes);
	await wearScheme(page, ...schemes.find(([name]) => name === 'midnight'));
	await screenshot(page, 'colour-scheme');
	await wearScheme(page, ...own);
}

/** The colour scheme that the page came with. */
async function ownScheme(page, schemes) {
	const own = await page.evaluate(() => /admin-color-(\w+)/.exec(document.body.className)[1]);
	return schemes.find(([name]) => name === own);
}

async function atSizes(page) {
	const found = [];
	for (const [width, height] of SIZES) {
		await page.setViewportSize({ width, height });
		found.push(...await misfits(page));
	}
	await page.setViewportSize(SIZE);
	return found;
}

async function inSchemes(page, schemes) {
	const found = [];
	const colours = new Set();
	// The one that the page came with is the last one too.
	for (const [name, url] of [...schemes, await ownScheme(page, schemes)]) {
		await wearScheme(page, name, url);
		colours.add(await page.locator('.button-primary').first().evaluate((button) => getComputedStyle(button).backgroundColor));
		found.push(...(await examine(page, { include: ['.wrap'], exclude: PALE }, ['color-contrast'])).map((what) => `${name}: ${what}`));
	}
	assert.ok(colours.size > 5, `the schemes do not arrive: ${[...colours]}`);
	return found;
}

async function withDoubleText(page) {
	const found = [];
	for (const [width, height] of SIZES.slice(1, 3)) {
		await page.setViewportSize({ width, height });
		const undo = await doubleText(page);
		found.push(...(await misfits(page)).map((what) => `with 200 % text ${what}`));
		await undo();
	}
	await page.setViewportSize(SIZE);
	return found;
}

/** What each look is for, it finds. */
function offenders() {
	for (const [name, html, look, words] of [
		['text that nobody can read', '<p style="color: #aaa; background: #fff">grey</p>', (page) => examine(page, { include: ['.wrap'] }, ['color-contrast']), /color-contrast.*p on/],
		['a field without a label', '<input>', (page) => examine(page, { include: ['.wrap'] }), /axe label: input .*Fix any of/s],
		['a page that scrolls sideways', '<p style="inline-size: 3000px">wide</p>', misfits, /scrolls sideways.*<p/],
		['text that is cut off', '<p style="overflow: hidden; block-size: 10px">cut<br>off</p>', misfits, /cut off by 0 × /],
		['text on text', '<p>one</p><p style="margin-block-start: -2.2em">two</p>', misfits, /“one” lies on “two”/],
		['text beside its box', '<p class="cfm-card" style="inline-size: 3em">unbreakable</p>', misfits, /leaves its box: “unbreakable”/],
		['a field lower than its text', '<input style="block-size: 10px">', misfits, /lower than its text/],
		['text that does not grow', '<p style="block-size: 25px; overflow: clip">one line</p>', async (page) => {
			assert.deepEqual(await misfits(page), []);
			await doubleText(page);
			return misfits(page);
		}, /cut off/],
		['what moves', '<style>@keyframes x { to { opacity: 0.5; } }</style><p style="animation: x 1s infinite">moves</p>', motion, /moves: <p/],
		['a focus that is not seen', '<button style="outline: none">here</button>', walk, /no visible focus: <button/],
		['a control that Tab does not come to', '<button>here</button><div inert><button>there</button></div>', walk, /Tab does not come to: <button/],
		['a trap', '<input onkeydown="event.preventDefault()"><button>there</button>', walk, /never leaves/],
		['a wrong order', '<button tabindex="2">first</button><button tabindex="1">second</button>', walk, /in the order 1,0/],
	]) {
		test(`found: ${name}`, async () => {
			const browser = await Browser.start('http://127.0.0.1');
			await browser.page.setContent(`<!doctype html><title>x</title><div class="wrap connector-for-mautic">${html}</div><a href="#">behind</a>`);
			const found = await look(browser.page);
			await browser.stop();
			assert.match(found.join('\n'), words);
		});
	}
}
