// The bill of materials of the release, in CycloneDX's form: each file of the plugin with its hash, and what the two modules
// of the core were made of. The same zip gives the same bytes.
//
//   node sbom.mjs OUT RUST PLUGIN DATE >plugin.cdx.json
//
// OUT and RUST as in shipped.mjs. PLUGIN is the folder that was packed, with its zip beside it; DATE is seconds since 1970.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { byName, crates, root } from './shipped.mjs';

const [ out, rust, plugin, date ] = process.argv.slice( 2 );
const slug = basename( plugin );
const sha256 = ( file ) => [ { alg: 'SHA-256', content: createHash( 'sha256' ).update( readFileSync( file ) ).digest( 'hex' ) } ];
const stated = ( file, pattern ) => readFileSync( join( root, file ), 'utf8' ).match( pattern )[ 1 ];
const own = { licenses: [ { license: { id: 'GPL-2.0-or-later' } } ] };
const lockOf = ( name ) => stated( 'Cargo.lock', new RegExp( `^name = "${ name }"\nversion = "(.*)"$`, 'm' ) );

/** Who turned sources into what is packed. */
const tools = [
	{ type: 'application', name: 'rustc', version: rust },
	{ type: 'application', name: 'wasm-opt', version: stated( 'package.json', /"binaryen": "(.*)"/ ), purl: `pkg:npm/binaryen@${ stated( 'package.json', /"binaryen": "(.*)"/ ) }` },
	{ type: 'application', name: 'wasm2php', version: lockOf( 'wasm2php' ) },
];

const files = readdirSync( plugin, { recursive: true } ).filter( ( name ) => statSync( join( plugin, name ) ).isFile() ).sort()
	.map( ( name ) => ( { type: 'file', 'bom-ref': `file:${ name }`, name, hashes: sha256( join( plugin, name ) ) } ) );
const runtime = new Set( readdirSync( join( root, 'php-bridge/runtime' ) ).map( ( name ) => `includes/core/${ name }` ) );

/** Parts of the plugin, and the files that each of them is. */
const parts = [
	{ ref: 'module:server', name: 'core for PHP', description: 'The core, compiled to WebAssembly and that to PHP', crates: crates( out, 'server', rust ), has: ( name ) => name.startsWith( 'includes/core/' ) && ! runtime.has( name ) },
	{ ref: 'module:browser', name: 'core for the browser', description: 'The core, compiled to WebAssembly', crates: crates( out, 'browser', rust ), has: ( name ) => name.endsWith( '.wasm' ) },
	{ ref: 'runtime', name: 'wasm2php runtime', description: 'What compiled PHP calls', version: lockOf( 'wasm2php' ), crates: [], has: ( name ) => runtime.has( name ) },
	{ ref: 'glue', name: 'wasm-bindgen glue', description: 'What wasm-bindgen writes around the module', version: lockOf( 'wasm-bindgen' ), purl: `pkg:cargo/wasm-bindgen-cli@${ lockOf( 'wasm-bindgen' ) }`, licence: 'MIT OR Apache-2.0', crates: [], has: ( name ) => name === 'assets/wasm/core.js' },
];
const version = readFileSync( join( plugin, `${ slug }.php` ), 'utf8' ).match( /^ \* Version: +(.*)$/m )[ 1 ];
const part = ( { ref, name, description, version: its = version, purl, licence, has } ) => ( {
	type: 'library', 'bom-ref': ref, name, version: its, description, ...licence ? { licenses: [ { expression: licence } ] } : own, ...purl && { purl },
	components: files.filter( ( file ) => has( file.name ) ),
} );

/** A part of Rust's library is known by its place in Rust's repository; our own crates are nobody else's. */
const purl = { 'crates.io': ( { name, version: its } ) => `pkg:cargo/${ name }@${ its }`, rust: ( { name } ) => `pkg:github/rust-lang/rust@${ rust }#library/${ name }` };
const refOf = ( crate ) => purl[ crate.origin ]?.( crate ) ?? `crate:${ crate.name }@${ crate.version }`;
const component = ( crate ) => ( {
	type: 'library', 'bom-ref': refOf( crate ), name: crate.name, version: crate.version, scope: 'required',
	licenses: [ crate.origin === 'own' ? own.licenses[ 0 ] : { expression: crate.licence.replaceAll( '/', ' OR ' ), acknowledgement: 'declared' } ],
	...purl[ crate.origin ] && { purl: refOf( crate ) },
	...crate.checksum && { hashes: [ { alg: 'SHA-256', content: crate.checksum } ] },
} );
const libraries = [ ...new Map( parts.flatMap( ( { crates: list } ) => list ).map( ( crate ) => [ refOf( crate ), crate ] ) ).values() ].sort( byName );

const zip = sha256( `${ plugin }.zip` );
process.stdout.write( JSON.stringify( {
	$schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
	bomFormat: 'CycloneDX',
	specVersion: '1.6',
	serialNumber: `urn:uuid:${ uuid( zip[ 0 ].content ) }`,
	version: 1,
	metadata: {
		timestamp: new Date( date * 1000 ).toISOString(),
		lifecycles: [ { phase: 'build' } ],
		tools: { components: tools },
		component: {
			type: 'application', 'bom-ref': slug, name: slug, version, ...own, hashes: zip,
			components: files.filter( ( { name } ) => ! parts.some( ( { has } ) => has( name ) ) ),
		},
	},
	components: [ ...parts.map( part ), ...libraries.map( component ) ],
	dependencies: [
		{ ref: slug, dependsOn: parts.map( ( { ref } ) => ref ) },
		...parts.map( ( { ref, crates: list } ) => ( { ref, dependsOn: list.map( refOf ) } ) ),
	],
}, null, '\t' ) + '\n' );

/** A UUID of version 8 out of a hash. */
function uuid( hash ) {
	return `${ hash.slice( 0, 8 ) }-${ hash.slice( 8, 12 ) }-8${ hash.slice( 13, 16 ) }-a${ hash.slice( 17, 20 ) }-${ hash.slice( 20, 32 ) }`;
}
