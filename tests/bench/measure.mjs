// A client, pairs of measurements, and their statistics.

import { Agent, request } from 'node:http';

/** Whether few repetitions will do, to see that all of it works: what comes out is no figure. */
export const QUICK = Boolean( process.env.BENCH_QUICK );

/** How often something is measured: so often, or in a quick run hardly ever. */
export const times = ( count ) => ( QUICK ? Math.min( count, 11 ) : count );

const agent = new Agent( { keepAlive: true, maxSockets: 40 } );

/**
 * One request, over a connection that is kept: what it answered, and the milliseconds until its last
 * byte had come. `cookies` are those of a login; see `login`.
 */
export function ask( { site, php, path, body, cookies } ) {
	const options = {
		agent,
		socketPath: 'nginx.sock',
		path,
		method: body === undefined ? 'GET' : 'POST',
		headers: { Host: 'wordpress.test', 'X-Site': site, 'X-Php': php, ...( cookies && { Cookie: cookies } ) },
	};
	return new Promise( ( resolve, reject ) => {
		const started = process.hrtime.bigint();
		const sent = request( options, ( response ) => {
			const chunks = [];
			response.on( 'data', ( chunk ) => chunks.push( chunk ) );
			response.on( 'error', reject );
			response.on( 'end', () => {
				const milliseconds = Number( process.hrtime.bigint() - started ) / 1e6;
				const text = Buffer.concat( chunks ).toString();
				if ( response.statusCode !== 200 ) {
					reject( new Error( `${ path } of ${ site } answered ${ response.statusCode }: ${ text.slice( 0, 500 ) }` ) );
				} else {
					resolve( { text, milliseconds, headers: response.headers } );
				}
			} );
		} );
		sent.on( 'error', reject );
		sent.end( body );
	} );
}

/** A page, by default the front page and logged out: its milliseconds. `sign` is in its text. */
export async function page( site, php, { path = '/', sign = 'Hello world!', cookies } = {} ) {
	const { text, milliseconds } = await ask( { site, php, path, cookies } );
	if ( ! text.includes( '</html>' ) || ! text.includes( sign ) ) {
		throw new Error( `${ path } is not the page with “${ sign }”: ${ text.slice( 0, 500 ) }` );
	}
	return milliseconds;
}

/** Logs the administrator in: the cookies. */
export async function login( site, php ) {
	const { headers } = await ask( { site: 'endpoints', php, path: `/login.php?of=${ site }` } );
	return headers[ 'set-cookie' ].map( ( cookie ) => cookie.split( ';' )[ 0 ] ).join( '; ' );
}

/** Has requests answered a few times before they are measured. */
export async function warmUp( ...requests ) {
	for ( let i = 0; i < times( 30 ); i++ ) {
		for ( const request of requests ) {
			await request();
		}
	}
}

export const ms = ( value ) => `${ Number( value.toPrecision( 3 ) ) } ms`;

/** What a figure out of pairs has to say of how sure it is. */
export const spread = ( { pairs: count, interval }, scale = 1 ) =>
	`median of the ratios of ${ count } pairs taken by turns, 95 % interval ${ interval.map( ( end ) => Number( ( end * scale ).toPrecision( 4 ) ) ).join( ' to ' ) }`;

/**
 * Takes two measurements by turns, the first one first in every other pair, so that whatever else the
 * machine does meets both alike.
 */
export async function pairs( label, often, first, second ) {
	const count = times( often );
	const taken = [];
	const started = Date.now();
	for ( let i = 0; i < count; i++ ) {
		progress( `${ label } … ${ i }/${ count }` );
		let a, b;
		if ( i % 2 ) {
			b = await second();
			a = await first();
		} else {
			a = await first();
			b = await second();
		}
		taken.push( [ a, b ] );
	}
	progress( '' );
	console.log( `${ label } … ${ Math.round( ( Date.now() - started ) / 1000 ) } s` );
	return taken;
}

function progress( text ) {
	if ( process.stdout.isTTY ) {
		process.stdout.write( `\r\x1b[K${ text }` );
	}
}

export function median( values ) {
	const sorted = Float64Array.from( values ).sort();
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[ middle ] : ( sorted[ middle - 1 ] + sorted[ middle ] ) / 2;
}

/**
 * The 95 % interval of the median, from order statistics: how many of n values lie below the true
 * median is binomial with p = 1/2, near enough normal with the deviation √n/2. Nothing is assumed of
 * how the values are spread.
 */
export function interval( values ) {
	const sorted = Float64Array.from( values ).sort();
	const n = sorted.length;
	const reach = 1.96 * Math.sqrt( n ) / 2;
	return [ sorted[ Math.floor( n / 2 - reach ) - 1 ], sorted[ Math.ceil( n / 2 + reach ) ] ];
}

/** What pairs say: the median of their ratios with its interval, and both medians. */
export function compare( taken ) {
	const ratios = taken.map( ( [ a, b ] ) => a / b );
	return {
		pairs: taken.length,
		ratio: median( ratios ),
		interval: interval( ratios ),
		first: median( taken.map( ( [ a ] ) => a ) ),
		second: median( taken.map( ( [ , b ] ) => b ) ),
	};
}
