// What axe-core finds on the pages of a story: on the plugin's page in all but WordPress' own markup, on
// other pages in what is the plugin's there.
//
// A story's page is looked at in each state that it shows: before a button is pressed, before it is left for
// another address, where a picture is taken, and at the end. What looks the same as something that was looked
// at before, but for its figures, is not looked at again.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Around `.wrap` on every page of wp-admin. */
const OF_WORDPRESS = ['#wpadminbar', '#adminmenumain', '#wpfooter', '#screen-meta', '#screen-meta-links', '#wp-auth-check-wrap', '.wp-a11y-speak-region', '#a11y-speak-intro-text'];
/** The plugin's page, and its parts on other ones. */
const PAGE = '.wrap.connector-for-mautic';
const PARTS = '[aria-labelledby="connector-for-mautic-notice"]';

const seen = new Set();

/**
 * Looks at what a page shows now, unless the same was looked at before. Returns a sentence for each element
 * that breaks a rule, with the rule and how to mend it.
 */
export async function look(page) {
	for (;;) {
		try {
			// What the page itself says: where a download was begun while it loaded, Playwright waits for its `load` for ever.
			await page.waitForFunction(() => document.readyState === 'complete');
			return await lookOnce(page);
		} catch (error) {
			// The page was on its way to another one, which is what is shown then.
			if (!/Execution context was destroyed|navigation/.test(error.message)) {
				throw error;
			}
		}
	}
}

async function lookOnce(page) {
	const ours = await page.evaluate(describe, { PAGE, PARTS });
	if (!ours.kind || seen.has(ours.text)) {
		return [];
	}
	const found = await examine(page, ours.kind === 'page' ? { exclude: OF_WORDPRESS } : { include: [PARTS] });
	seen.add(ours.text);
	return found;
}

/** The same for a part of any page, whether it was looked at or not; `rules` names the only rules to look for. */
export async function examine(page, context, rules) {
	if (!await page.evaluate(() => 'axe' in window)) {
		await page.evaluate(AXE);
	}
	const violations = await page.evaluate(async ({ context, rules }) => {
		const options = { resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) };
		return (await window.axe.run(context, options)).violations;
	}, { context, rules });
	return violations.flatMap(({ id, nodes, helpUrl }) => nodes.map(({ target, failureSummary, html }) => (
		`axe ${id}: ${target.join(' ')} on ${page.url()}: ${html}\n    ${failureSummary.replaceAll('\n', '\n    ')}\n    ${helpUrl}`
	)));
}

/** In the page: what of it is the plugin's, and how it looks, as a text without figures and passing secrets. */
function describe({ PAGE, PARTS }) {
	const kind = document.querySelector(PAGE) ? 'page' : document.querySelector(PARTS) ? 'parts' : '';
	const parts = [...document.querySelectorAll(kind === 'page' ? PAGE : PARTS)].map((part) => {
		const typed = [...part.querySelectorAll('input, textarea')].map((field) => `${field.checked} ${field.value === ''}`);
		return part.outerHTML.replace(/(name="_wpnonce" value=")\w+/g, '$1') + typed.join();
	});
	return { kind, text: `${innerWidth} ${`${document.body.className} ${parts.join('\n')}`.replace(/\d+/g, '0')}` };
}
