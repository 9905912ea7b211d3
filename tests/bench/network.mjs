// What a run of a network's cron costs: with the same number of sites due, in a small network and in a large one.
//
//   node network.mjs DIST, in the folder of the sockets that scripts/bench.sh prepared

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, ROOT, run } from '../e2e/harness/processes.mjs';
import { ask, compare, pairs } from './measure.mjs';
import { Report } from './report.mjs';
import { install, OPCACHE_AGE, startMariadb } from './site.mjs';

const PAIRS = 100;
const DUE = 20;
const SITES = { small: 100, large: 10000 };

let php;

/** One run of the event in a request of its own; see endpoints/network-cron.php. */
async function cron( network ) {
	const { text } = await ask( { site: 'endpoints', php: 'one', path: `/network-cron.php?of=${ network }` } );
	const result = JSON.parse( text );
	if ( ! result.opcache || result.jit ) {
		throw new Error( `OPcache ${ result.opcache }, JIT ${ result.jit }` );
	}
	if ( result.due !== DUE || result.woken !== DUE || result.rows !== SITES[ network ] ) {
		throw new Error( `${ network }: ${ result.due } due and ${ result.woken } woken of ${ result.rows }` );
	}
	php = result.php;
	return result;
}

const ms = ( value ) => `${ value.toPrecision( 3 ) } ms`;

const folder = process.cwd();
const port = await freePort();
const mariadb = await startMariadb( folder, port );
try {
	for ( const [ network, sites ] of Object.entries( SITES ) ) {
		const path = join( folder, network );
		await install( path, port, network );
		await run( join( ROOT, 'scripts/site.sh' ), [ 'network', path ] );
		await run( 'php', [ join( ROOT, 'tests/bench/network.php' ), path, String( DUE ), String( sites ) ] );
	}
	await sleep( OPCACHE_AGE );

	const queries = { small: new Set(), large: new Set() };
	const measured = ( network ) => async () => {
		const { milliseconds, queries: count } = await cron( network );
		queries[ network ].add( count );
		return milliseconds;
	};
	const [ large, small ] = [ measured( 'large' ), measured( 'small' ) ];
	for ( let i = 0; i < 10; i++ ) {
		await large();
		await small();
	}
	for ( const counts of Object.values( queries ) ) {
		counts.clear();
	}
	const compared = compare( await pairs( 'cron of a large and of a small network', PAIRS, large, small ) );

	const report = new Report();
	const how = `the main site's event where ${ DUE } sites are due, each connected and with nothing to renew yet, so that no request to Mautic hides what the network costs; `
		+ `${ SITES.large } sites with a row each against ${ SITES.small }, all but the ${ DUE } being rows alone; PHP ${ php } behind nginx, OPcache, no JIT, WordPress 7.1.1 on MariaDB`;
	report.atMost( 'cron_cost_10000_vs_100_sites', compared.ratio, 'times', 1.2,
		`${ how }; hrtime around the event inside PHP: ${ ms( compared.first ) } against ${ ms( compared.second ) }, `
			+ `median of the ratios of ${ compared.pairs } pairs taken by turns, 95 % interval ${ compared.interval.map( ( end ) => end.toPrecision( 4 ) ).join( ' to ' ) }` );
	const most = { large: Math.max( ...queries.large ), small: Math.min( ...queries.small ) };
	report.atMost( 'cron_queries_10000_vs_100_sites', most.large / most.small, 'times', 1,
		`${ how }; queries of the event: ${ [ ...queries.large ].join( ', ' ) } against ${ [ ...queries.small ].join( ', ' ) }` );
	report.write( process.argv[ 2 ] );
} finally {
	await mariadb.stop();
}
