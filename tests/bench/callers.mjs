// Requests of the site that call Mautic's API, one or many at the same moment.

import { setTimeout as sleep } from 'node:timers/promises';

import { ask } from './measure.mjs';

export const PATH = 'users/self';
// What the core gives a call whose caller names none.
export const TIMEOUT = 30;
const TOKEN_SECONDS = 2;

/** The PHP of the last answer. */
export let php;

/** Has the site make API calls in one request of its own; see endpoints/api-call.php. `mayFail`: they need not be answered well. */
export async function calls( server, order, { mayFail = false } = {} ) {
	const { text } = await ask( { site: 'endpoints', php: server, path: '/api-call.php', body: JSON.stringify( { path: PATH, ...order } ) } );
	const result = JSON.parse( text );
	if ( ! result.opcache || result.jit ) {
		throw new Error( `OPcache ${ result.opcache }, JIT ${ result.jit }` );
	}
	for ( const { status } of result.calls ) {
		if ( status !== 200 && ! mayFail ) {
			throw new Error( `a call ended with ${ status }: ${ text }` );
		}
	}
	php = result.php;
	return result.calls;
}

/** One call of each of so many workers of the pool `many`, begun at the same moment, once WordPress is loaded in all of them. */
export async function together( workers, order, options ) {
	const at = Date.now() + 1000 + 100 * workers;
	const all = await Promise.all( Array.from( { length: workers }, () => calls( 'many', { at, ...order }, options ) ) );
	return all.map( ( [ call ] ) => call );
}

/** The longest of calls, in milliseconds. */
export const slowest = ( taken ) => Math.max( ...taken.map( ( { milliseconds } ) => milliseconds ) );

/** Connects with a token that has just expired; the next one lives for an hour. `connect` is told the seconds of the first. */
export async function expired( site, connect ) {
	await connect( TOKEN_SECONDS );
	await site.lifetime( 3600 );
	await sleep( TOKEN_SECONDS * 1000 + 100 );
	await site.mautic.forgetRequests();
}

/** The token requests that Mautic was sent since then, each with its answer's status. */
export async function refreshes( site ) {
	return ( await site.mautic.grants() ).filter( ( [ grant ] ) => grant === 'refresh_token' );
}

/** From now on the token endpoint takes so long. */
export async function slow( site, milliseconds ) {
	await site.mautic.control( 'DELETE', 'faults' );
	await site.mautic.fault( '/oauth/v2/token', 'delay', { milliseconds, times: 1000 } );
}
