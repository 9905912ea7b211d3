// How the plugin's page looks under what people set: a window's width, larger text, another colour scheme of
// WordPress, a system's forced colours. Each look returns what is wrong, a sentence for each.

/** The plugin's page. */
export const PAGE = '.wrap.connector-for-mautic';

/** What does not fit into the page now: a page that scrolls sideways, text that is cut off, leaves its card or lies on other text. */
export async function misfits(page) {
	const found = await page.evaluate(findMisfits, PAGE);
	const width = page.viewportSize().width;
	return found.map((what) => `at ${width} px: ${what}`);
}

/**
 * Makes all text of the page twice as large and nothing else, as a browser's text zoom does: each element's
 * font-size is doubled, and its line-height in proportion. What the function that is returned does, is undo it.
 */
export async function doubleText(page) {
	await page.evaluate((selector) => {
		const elements = [...document.querySelectorAll(`${selector}, ${selector} *`)];
		const sizes = elements.map((element) => {
			const { fontSize, lineHeight } = getComputedStyle(element);
			return [parseFloat(fontSize) * 2, parseFloat(lineHeight) * 2];
		});
		for (const [at, element] of elements.entries()) {
			element.dataset.style = element.style.cssText;
			element.style.setProperty('font-size', `${sizes[at][0]}px`, 'important');
			if (!Number.isNaN(sizes[at][1])) {
				element.style.setProperty('line-height', `${sizes[at][1]}px`, 'important');
			}
		}
	}, PAGE);
	return () => page.evaluate(() => {
		for (const element of document.querySelectorAll('[data-style]')) {
			element.style.cssText = element.dataset.style;
			delete element.dataset.style;
			if (!element.style.cssText) {
				element.removeAttribute('style');
			}
		}
	});
}

/** The colour schemes that a WordPress has: names, each with the address of its style, or '' for the one without. */
export async function colourSchemes(wordpress) {
	return JSON.parse(await wordpress.php(`
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		register_admin_color_schemes();
		echo wp_json_encode( array_map( static fn( $scheme ) => (string) $scheme->url, $GLOBALS['_wp_admin_css_colors'] ) );
	`));
}

/** Puts a colour scheme in the place of the one that the page came with. */
export async function wearScheme(page, name, url) {
	await page.evaluate(async ({ name, url }) => {
		document.body.className = document.body.className.replace(/\badmin-color-\S+/, `admin-color-${name}`);
		const former = document.getElementById('colors-css');
		const link = Object.assign(document.createElement('link'), { id: 'colors-css', rel: 'stylesheet' });
		if (url) {
			const loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: () => reject(new Error(url)) }));
			link.href = url;
			// Where WordPress prints it: behind its own styles, before those of plugins.
			(former ?? document.getElementById('connector-for-mautic-settings-css')).before(link);
			await loaded;
		}
		former?.remove();
	}, { name, url });
}

/** What our own style moves although the system asks for less motion. */
export async function motion(page) {
	return page.evaluate((selector) => [...document.querySelectorAll(`${selector}, ${selector} *`)].flatMap((element) => {
		const { animationName, scrollBehavior } = getComputedStyle(element);
		const running = element.getAnimations().length > 0;
		return animationName !== 'none' || scrollBehavior === 'smooth' || running ? [`moves: ${element.outerHTML.slice(0, 120)}`] : [];
	}), PAGE);
}

/** In the page. */
function findMisfits(selector) {
	const found = new Set();
	const root = document.scrollingElement;
	const wrap = document.querySelector(selector);
	const say = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
	const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.screen-reader-text, .screen-reader-shortcut');
	const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);

	const elements = [...wrap.querySelectorAll('*')].filter(isShown);
	if (root.scrollWidth > root.clientWidth) {
		const wide = elements.filter((element) => {
			const { left, right } = element.getBoundingClientRect();
			return (right > root.clientWidth + 1 || left < -1) && ![...ancestors(element)].some((above) => scrolls(getComputedStyle(above)));
		});
		found.add(`the page scrolls sideways (${root.scrollWidth} of ${root.clientWidth} px): ${wide.slice(-3).map(say).join(' | ') || 'nothing of ours'}`);
	}

	for (const element of elements) {
		const style = getComputedStyle(element);
		const [wide, high] = [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight];
		if (element.matches('input:not([type="checkbox"], [type="radio"], [type="hidden"])')) {
			if (element.clientHeight < parseFloat(style.fontSize) * 1.15) {
				found.add(`a field lower than its text: ${say(element)}`);
			}
		} else if (/hidden|clip/.test(style.overflowX + style.overflowY) && !scrolls(style) && style.display !== 'inline' && !element.closest('svg') && (wide > 1 || high > 1)) {
			found.add(`cut off by ${wide} × ${high} px: ${say(element)}`);
		}
	}

	// What is read: lines of text, fields and buttons, as far as they are not scrolled away.
	const pieces = [];
	const walker = document.createTreeWalker(wrap, NodeFilter.SHOW_TEXT);
	for (let text = walker.nextNode(); text; text = walker.nextNode()) {
		if (text.data.trim() && isShown(text.parentElement) && !text.parentElement.closest('svg, script, option, textarea, select')) {
			const range = document.createRange();
			range.selectNodeContents(text);
			for (const rect of range.getClientRects()) {
				add(text.parentElement, rect, text.data.trim().slice(0, 40));
			}
		}
	}
	for (const element of wrap.querySelectorAll('input:not([type="hidden"]), select, textarea, button, svg')) {
		if (isShown(element)) {
			add(element, element.getBoundingClientRect(), say(element).slice(0, 80));
		}
	}
	function* ancestors(element) {
		for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
			yield above;
		}
	}
	function add(element, rect, name) {
		let { left, right, top, bottom } = rect;
		for (const above of [element, ...ancestors(element)]) {
			const style = getComputedStyle(above);
			if (style.overflowX !== 'visible' || style.overflowY !== 'visible') {
				const box = above.getBoundingClientRect();
				[left, right, top, bottom] = [Math.max(left, box.left), Math.min(right, box.right), Math.max(top, box.top), Math.min(bottom, box.bottom)];
			}
		}
		if (right - left > 1 && bottom - top > 1) {
			pieces.push({ element, left, right, top, bottom, name });
			const card = element.closest('.cfm-card, fieldset, .notice, li, dd, td, button')?.getBoundingClientRect();
			if (card && (right > card.right + 1.5 || left < card.left - 1.5)) {
				found.add(`leaves its box: “${name}”`);
			}
		}
	}
	for (const [at, one] of pieces.entries()) {
		for (const other of pieces.slice(at + 1)) {
			const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
			const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
			// Lines of one text may touch: glyphs are lower than their boxes.
			const isBelow = down < Math.min(one.bottom - one.top, other.bottom - other.top) * 0.3;
			if (across > 2 && down > 2 && !isBelow && !one.element.contains(other.element) && !other.element.contains(one.element)) {
				found.add(`“${one.name}” lies on “${other.name}”`);
			}
		}
	}
	return [...found];
}
