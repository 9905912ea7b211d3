// The page with a keyboard alone.

import { PAGE } from './appearance.mjs';

/** More than any page of ours has. */
const MANY = 200;

/** Presses Tab until the control of that role and name has the focus. */
export async function reach(page, role, name) {
	const control = page.getByRole(role, { name, exact: true });
	await control.first().waitFor();
	for (let pressed = 0; pressed < MANY; pressed++) {
		await page.keyboard.press('Tab');
		if (await page.evaluate(() => document.activeElement?.matches('body'))) {
			continue;
		}
		for (const one of await control.all()) {
			if (await one.evaluate((element) => element === document.activeElement)) {
				return;
			}
		}
	}
	throw new Error(`Tab never comes to the ${role} “${name}” on ${page.url()}`);
}

/** Reaches a field, and types into it in place of what is there. */
export async function type(page, name, text) {
	await reach(page, 'textbox', name);
	await page.keyboard.press('ControlOrMeta+A');
	await page.keyboard.type(text);
}

/** Reaches a button, and presses it. */
export async function press(page, name) {
	await reach(page, 'button', name);
	await page.keyboard.press('Enter');
}

/**
 * Goes through all of our page with Tab, and back. Returns what is wrong: a control that Tab never comes to, an
 * order that is not that of the page, a focus that is not seen, a place that Tab does not leave.
 */
export async function walk(page) {
	const wrong = [];
	const expected = await page.evaluate((selector) => {
		const wrap = document.querySelector(selector);
		const controls = [...wrap.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]')].filter((control) => (
			!control.matches(':disabled, [tabindex="-1"]') && control.checkVisibility({ visibilityProperty: true })
			// Of a group of radio buttons the arrows choose; Tab comes to the chosen one.
			&& (control.type !== 'radio' || control.checked)
		));
		for (const [at, control] of controls.entries()) {
			control.dataset.stop = at;
		}
		wrap.tabIndex = -1;
		wrap.focus();
		wrap.removeAttribute('tabindex');
		return controls.map((control) => control.outerHTML.replace(/\s+/g, ' ').slice(0, 120));
	}, PAGE);

	const stops = [];
	for (let pressed = 0; pressed < MANY; pressed++) {
		await page.keyboard.press('Tab');
		const stop = await page.evaluate(here, PAGE);
		if (stop === null) {
			break;
		}
		stops.push(stop);
		if (stop.at !== undefined && !await isSeen(page)) {
			wrong.push(`no visible focus: ${expected[stop.at]}`);
		}
	}
	if (stops.length === MANY) {
		return ['Tab never leaves the page'];
	}
	const order = stops.flatMap((stop) => stop.at ?? []);
	for (const [at, control] of expected.entries()) {
		if (!order.includes(at)) {
			wrong.push(`Tab does not come to: ${control}`);
		}
	}
	if (order.some((at, index) => index > 0 && at <= order[index - 1])) {
		wrong.push(`Tab goes in the order ${order}`);
	}

	const back = [];
	for (let pressed = 0; pressed < MANY; pressed++) {
		await page.keyboard.press('Shift+Tab');
		const stop = await page.evaluate(here, PAGE);
		if (stop === null) {
			break;
		}
		back.push(...[stop.at ?? []].flat());
	}
	if (String(back.reverse()) !== String(order)) {
		wrong.push(`Shift+Tab goes in the order ${back}, Tab in ${order}`);
	}
	return wrong;
}

/** In the page: null outside of ours, else the number of the control that has the focus, if it was expected. */
function here(selector) {
	const { activeElement } = document;
	if (!activeElement?.closest(selector)) {
		return null;
	}
	return activeElement.dataset.stop === undefined ? {} : { at: Number(activeElement.dataset.stop) };
}

/** Whether what has the focus looks another way than without it. */
async function isSeen(page) {
	const focused = await page.evaluateHandle(() => document.activeElement);
	// What is in a label shows the label's focus; a card around a radio button, its own.
	const box = await focused.evaluate((element) => {
		element.scrollIntoView({ block: 'center' });
		const { left, top, width, height } = (element.type === 'radio' ? element.parentElement : element).getBoundingClientRect();
		const [x, y] = [Math.max(0, left - 6), Math.max(0, top - 6)];
		return { x, y, width: Math.min(innerWidth - x, width + 12), height: Math.min(innerHeight - y, height + 12) };
	});
	const picture = () => page.screenshot({ clip: box, animations: 'disabled' });
	const withFocus = await picture();
	await focused.evaluate((element) => element.blur());
	const without = await picture();
	await focused.evaluate((element) => element.focus({ focusVisible: true, preventScroll: true }));
	return !withFocus.equals(without);
}
