// What a Content Security Policy without inline scripts, styles and handlers finds on the pages of wp-admin:
// policy.php sends it. WordPress' own pages are full of all that; here is told what is the plugin's.

/**
 * Has `say` told of each violation in any page of a context: a sentence if it is the plugin's, an empty string if it
 * is not.
 */
export async function watchPolicy(context, say) {
	await context.exposeBinding('connectorForMauticPolicy', (source, finding) => say(finding));
	await context.addInitScript(report);
}

/** In the page, before anything of it. */
function report() {
	// The plugin's page, and its parts on other ones.
	const MARKUP = '.wrap.connector-for-mautic, [aria-labelledby="connector-for-mautic-notice"], [id^="connector-for-mautic"]';
	const FILES = '/plugins/connector-for-mautic/';
	const MODULES = '@connector-for-mautic/';
	addEventListener('securitypolicyviolation', (event) => {
		const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample, target } = event;
		const element = target instanceof Element ? target : null;
		const isOurs = Boolean(element?.closest(MARKUP)) || `${sourceFile} ${blockedURI}`.includes(FILES)
			|| (element?.matches('script:not([src])') && element.text.includes(MODULES));
		window.connectorForMauticPolicy(isOurs
			? `policy ${effectiveDirective}: ${blockedURI} ${sample} (${sourceFile}:${lineNumber}) ${element?.outerHTML.slice(0, 200) ?? ''} on ${location.href}`
			: '');
	}, { capture: true });
}
