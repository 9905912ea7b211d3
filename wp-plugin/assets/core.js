/**
 * The plugin's core in the browser: the same code as on the server. It is loaded when it is first asked.
 *
 * Nothing that it finds here is taken over by the server, which judges for itself.
 */
import { data } from './data.js';

let loading = null;

/**
 * Asks the core about something that needs no connection.
 *
 * @param {Object} event `settings_checked` or `explain`, as docs/boundary.md has them.
 * @return {Promise<Object>} The `answer` effect; rejected if the browser cannot run the core, which is then
 *                           done without.
 */
export async function ask( event ) {
	const core = await ( loading ??= load() );
	const message = { connection: null, overrides: data.core.overrides, event, now: core.now(), entropy: core.entropy() };
	return core.step( message ).effects.find( ( effect ) => effect.type === 'answer' );
}

async function load() {
	const core = await import( './wasm/core.js' );
	await core.default( { module_or_path: data.core.wasm } );
	return core;
}
