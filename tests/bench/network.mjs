// What a run of a network's cron costs: with the same number of sites due, in small networks and in large ones.
//
//   node network.mjs BENCH.JSON, in the folder of the sockets that scripts/bench.sh prepared

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, ROOT, run } from '../e2e/harness/processes.mjs';
import { ask, compare, interval, median, ms, pairs, spread, times } from './measure.mjs';
import { Report } from './report.mjs';
import { install, OPCACHE_AGE, startMariadb } from './site.mjs';

const PAIRS = 100;
const DUE = 20;
// For the picture, with one site due.
const RUNS = times( 60 );
const NETWORKS = { one: 1, ten: 10, small: 100, thousand: 1000, large: 10000 };

let php;

/** One run of the event in a request of its own, for which so many sites are due; see endpoints/network-cron.php. */
async function cron( network, due ) {
	const { text } = await ask( { site: 'endpoints', php: 'one', path: `/network-cron.php?of=${ network }&due=${ due }` } );
	const result = JSON.parse( text );
	if ( ! result.opcache || result.jit ) {
		throw new Error( `OPcache ${ result.opcache }, JIT ${ result.jit }` );
	}
	if ( result.due !== due || result.woken !== due || result.rows !== NETWORKS[ network ] ) {
		throw new Error( `${ network }: ${ result.due } due and ${ result.woken } woken of ${ result.rows }` );
	}
	php = result.php;
	return result;
}

const folder = process.cwd();
const port = await freePort();
const mariadb = await startMariadb( folder, port );
try {
	for ( const [ network, sites ] of Object.entries( NETWORKS ) ) {
		const path = join( folder, network );
		await install( path, port, network );
		await run( join( ROOT, 'scripts/site.sh' ), [ 'network', path ] );
		await run( 'php', [ join( ROOT, 'tests/bench/network.php' ), path, String( Math.min( DUE, sites ) ), String( sites ) ] );
	}
	await sleep( OPCACHE_AGE );

	const queries = { small: new Set(), large: new Set() };
	const measured = ( network ) => async () => {
		const { milliseconds, queries: count } = await cron( network, DUE );
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

	const most = { large: Math.max( ...queries.large ), small: Math.min( ...queries.small ) };

	const taken = Object.fromEntries( Object.keys( NETWORKS ).map( ( network ) => [ network, [] ] ) );
	for ( let round = -3; round < RUNS; round++ ) {
		for ( const network of Object.keys( NETWORKS ) ) {
			const { milliseconds } = await cron( network, 1 );
			if ( round >= 0 ) { // Those before are to have everything loaded.
				taken[ network ].push( milliseconds );
			}
		}
	}

	const report = new Report( 'network' );
	const conditions = `each connected and with nothing to renew yet, so that no request to Mautic hides what the network costs; PHP ${ php } behind nginx, OPcache, no JIT, WordPress 7.1.1 on MariaDB`;
	const how = `the main site's event where ${ DUE } sites are due, ${ NETWORKS.large } sites with a row each against ${ NETWORKS.small }, all but the ${ DUE } being rows alone; ${ conditions }`;
	report.atMost( 'cron_cost_10000_vs_100_sites', compared.ratio, 'times', 1.2,
		`${ how }; hrtime around the event inside PHP: ${ ms( compared.first ) } against ${ ms( compared.second ) }, ${ spread( compared ) }` );
	report.atMost( 'cron_queries_10000_vs_100_sites', most.large / most.small, 'times', 1,
		`${ how }; queries of the event: ${ [ ...queries.large ].join( ', ' ) } against ${ [ ...queries.small ].join( ', ' ) }` );
	report.plain( 'cron_one_due_10000_vs_1_sites', median( taken.large ) / median( taken.one ), 'times',
		`the main site's event where one site is due, in networks of ${ Object.values( NETWORKS ).join( ', ' ) } sites in turn, ${ RUNS } runs each; ${ conditions }; hrtime around the event inside PHP, medians: ${ Object.values( taken ).map( ( values ) => ms( median( values ) ) ).join( ', ' ) }` );
	report.plot( 'network', {
		kind: 'lines',
		title: 'A run of the network’s cron with one site due, by the number of sites',
		x: { label: 'sites in the network', unit: 'sites', log: true, ticks: Object.values( NETWORKS ) },
		y: { label: 'one run', unit: 'ms' },
		lines: [ { label: 'one run, with the interval of its median', points: Object.entries( taken ).map( ( [ network, values ] ) => [ NETWORKS[ network ], median( values ), ...interval( values ) ] ) } ],
	} );
	report.write( process.argv[ 2 ] );
} finally {
	await mariadb.stop();
}
