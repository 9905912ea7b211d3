// What the plugin costs the pages of a site: two sites alike but for the plugin, which is connected.
//
//   node pages.mjs BENCH.JSON, in the folder of the sites and sockets that scripts/bench.sh prepared

import { ask, compare, login, ms, page, pairs, spread, warmUp } from './measure.mjs';
import { Report } from './report.mjs';

const PAIRS = 300;
// To tell one percent, on a machine that does other things too.
const FRONT_PAGE_PAIRS = 800;
const MAIN_FILES = [ 'connector-for-mautic.php', 'includes/loader.php' ]
	.map( ( file ) => `wp-content/plugins/connector-for-mautic/${ file }` );

const FRONT = { label: 'front page', file: 'index.php', path: '/', sign: 'Hello world!', title: 'Connector for Mautic' };
const DASHBOARD = { label: 'dashboard', file: 'wp-admin/index.php', path: '/wp-admin/', sign: 'id="dashboard_site_health"', title: 'Dashboard' };
const OURS = { label: "the plugin's page", file: 'wp-admin/admin.php', path: '/wp-admin/admin.php?page=connector-for-mautic', sign: 'connector-for-mautic-data', title: 'Mautic' };
const GENERAL = { label: 'Settings, General', file: 'wp-admin/options-general.php', path: '/wp-admin/options-general.php', sign: 'id="blogdescription"', title: 'General Settings' };

const report = new Report( 'pages' );
const cookies = { with: await login( 'with', 'opcache' ), without: await login( 'without', 'opcache' ) };
const load = ( what, site ) => () => page( site, 'opcache', { ...what, cookies: what === FRONT ? undefined : cookies[ site ] } );
const how = 'as the client sees it, over a kept connection to nginx on the same machine; PHP-FPM with OPcache, no JIT, WordPress 7.1.1 on SQLite, the plugin connected';

/** The queries and files of a page. */
async function content( { file, path, title }, site ) {
	const query = path.split( '?' )[ 1 ];
	const { text } = await ask( { site: 'endpoints', php: 'opcache', path: `/page.php?of=${ site }&file=${ file }${ query ? `&${ query }` : '' }`, cookies: cookies[ site ] } );
	const result = JSON.parse( text );
	if ( ! result.title.includes( title ) ) {
		throw new Error( `${ path } of ${ site } is “${ result.title }”, not “${ title }”` );
	}
	return result;
}

const time = { kind: 'bars', title: 'Time of a page on the server, in milliseconds', unit: 'ms', names: { with: 'with the plugin', without: 'without it' }, rows: [] };
const queries = { kind: 'bars', title: 'Database queries of a page', unit: 'queries', names: time.names, rows: [] };

for ( const [ what, name, count ] of [ [ FRONT, 'front_page', FRONT_PAGE_PAIRS ], [ DASHBOARD, 'dashboard', PAIRS ] ] ) {
	const [ having, lacking ] = [ load( what, 'with' ), load( what, 'without' ) ];
	await warmUp( having, lacking );
	const compared = compare( await pairs( `${ what.label } with and without the plugin`, count, having, lacking ) );
	report.atMost( `${ name }_vs_without`, compared.ratio, 'times', name === 'front_page' ? 1.01 : 1.02,
		`${ what.label } of two sites alike, ${ what === FRONT ? 'logged out' : 'as the administrator' }: ${ ms( compared.first ) } with the plugin, ${ ms( compared.second ) } without it; `
			+ `${ spread( compared ) }, whose upper end is what the aim is for; ${ how }`,
		compared.interval[ 1 ] );
	time.rows.push( { label: what.label, values: { with: compared.first, without: compared.second } } );
	const asked = { with: await content( what, 'with' ), without: await content( what, 'without' ) };
	queries.rows.push( { label: what.label, values: { with: asked.with.queries.length, without: asked.without.queries.length } } );
	const files = asked.with.files.filter( ( file ) => ! asked.without.files.includes( file ) );
	const beyond = files.filter( ( file ) => ! MAIN_FILES.includes( file ) );
	const method = `${ asked.with.queries.length } queries (SAVEQUERIES) with the plugin, ${ asked.without.queries.length } without; files that only the site with the plugin includes (get_included_files()): `
		+ `${ files.map( ( file ) => file.replace( 'wp-content/plugins/connector-for-mautic/', '' ) ).join( ', ' ) || 'none' }, of which ${ beyond.length } are neither the main file nor its loader`;
	if ( what === FRONT ) {
		report.atMost( 'front_page_added_queries', asked.with.queries.length - asked.without.queries.length + beyond.length, 'queries and files', 0, method );
	} else {
		report.plain( 'dashboard_added_queries', asked.with.queries.length - asked.without.queries.length, 'queries', method );
		report.plain( 'dashboard_added_files', beyond.length, 'files', method );
	}
}
{
	const [ ours, general ] = [ load( OURS, 'with' ), load( GENERAL, 'without' ) ];
	await warmUp( ours, general );
	const compared = compare( await pairs( "the plugin's page against one of WordPress' own", PAIRS, ours, general ) );
	const asked = [ await content( OURS, 'with' ), await content( GENERAL, 'without' ) ].map( ( { queries: list } ) => list.length );
	report.plain( 'own_page_vs_general_settings', compared.ratio, 'times',
		`the plugin's page while connected, against WordPress' own page Settings, General of the site without the plugin, as the administrator: ${ ms( compared.first ) } against ${ ms( compared.second ) }; `
			+ `${ spread( compared ) }; ${ asked[ 0 ] } queries against ${ asked[ 1 ] }; ${ how }` );
	time.rows.push( { label: OURS.label, values: { with: compared.first } }, { label: GENERAL.label, values: { without: compared.second } } );
	queries.rows.push( { label: OURS.label, values: { with: asked[ 0 ] } }, { label: GENERAL.label, values: { without: asked[ 1 ] } } );
}
report.plot( 'pages-time', time );
report.plot( 'pages-queries', queries );
report.write( process.argv[ 2 ] );
