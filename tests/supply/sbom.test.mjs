// The release's bill of materials and notices, held to the zip, to what cargo says of the crates, and to CycloneDX's form.
//
//   DIST=folder of the zip  LIBRARY_LOCK=Cargo.lock of Rust's library  node --test
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { take } from '../../scripts/shipped.mjs';

const { DIST, LIBRARY_LOCK } = process.env;
const zip = join( DIST, 'connector-for-mautic.zip' );
const root = fileURLToPath( new URL( '../../', import.meta.url ) );
const bom = JSON.parse( readFileSync( join( DIST, 'connector-for-mautic.cdx.json' ), 'utf8' ) );
const about = bom.metadata.component;
const component = ( ref ) => bom.components.find( ( entry ) => entry[ 'bom-ref' ] === ref );
const made = ( ref ) => bom.dependencies.find( ( entry ) => entry.ref === ref ).dependsOn.map( component );
const listed = [ about, ...bom.components ].flatMap( ( entry ) => entry.components ?? [] );
const isOfRust = ( { purl } ) => purl?.startsWith( 'pkg:github/rust-lang/rust@' );
const titled = ( { name, version } ) => `${ name } ${ version }`;

test( 'it is of this very zip', () => {
	assert.deepEqual( about.hashes, [ { alg: 'SHA-256', content: createHash( 'sha256' ).update( readFileSync( zip ) ).digest( 'hex' ) } ] );
} );

test( 'it has each file of the zip once, with its hash, and no other', () => {
	const packed = JSON.parse( execFileSync( 'php', [ '-r', `
		$hashes = array();
		foreach ( new RecursiveIteratorIterator( new PharData( $argv[1] ) ) as $file ) {
			$hashes[ explode( 'connector-for-mautic.zip/connector-for-mautic/', $file->getPathname(), 2 )[1] ] = hash( 'sha256', $file->getContent() );
		}
		echo json_encode( $hashes );`, zip ], { encoding: 'utf8', maxBuffer: 2 ** 24 } ) );
	assert.ok( Object.keys( packed ).length > 80 );
	assert.equal( new Set( listed.map( ( { name } ) => name ) ).size, listed.length );
	assert.deepEqual( Object.fromEntries( listed.map( ( { name, hashes } ) => [ name, hashes[ 0 ].content ] ).sort() ), Object.fromEntries( Object.entries( packed ).sort() ) );
} );

/** What cargo says that a module is made of, macros aside; and of that, what the compiler read nothing of. */
const tree = ( feature ) => execFileSync( 'cargo', [ 'tree', '--locked', '--package=mautic-connector', '--edges=normal,no-proc-macro', '--target=wasm32-unknown-unknown',
	'--no-default-features', `--features=${ feature }`, '--prefix=none', '--no-dedupe', '--format={p}' ], { cwd: root, encoding: 'utf8' } )
	.split( '\n' ).filter( Boolean ).map( ( line ) => line.replace( /^(\S+) v(\S+).*$/, '$1 $2' ) );
const unread = {
	server: [],
	// js-sys asks for them, for futures, and does not come to them here.
	browser: [ 'futures-core', 'futures-task', 'futures-util', 'pin-project-lite', 'slab' ],
};
const library = new Set( [ ...readFileSync( LIBRARY_LOCK, 'utf8' ).matchAll( /^name = "(.*)"\nversion = "(.*)"$/gm ) ].map( ( [ , name, version ] ) => `${ name } ${ version }` ) );

for ( const module of [ 'server', 'browser' ] ) {
	test( `the module for the ${ module } is made of what cargo says, and of Rust's library`, () => {
		const crates = made( `module:${ module }` ), says = new Set( tree( module ).filter( ( title ) => ! unread[ module ].includes( title.replace( / .*/, '' ) ) ) );
		const ours = crates.filter( ( crate ) => ! isOfRust( crate ) ).map( titled );
		assert.deepEqual( [ ...says ].filter( ( title ) => ! ours.includes( title ) ), [], 'are missing' );
		assert.deepEqual( ours.filter( ( title ) => ! says.has( title ) && ! library.has( title ) ), [], 'are too many' );
		for ( const name of [ 'alloc', 'compiler_builtins', 'core', 'std' ] ) {
			assert.ok( crates.some( ( crate ) => crate.name === name && isOfRust( crate ) ), name );
		}
		assert.ok( says.size >= 10 );
	} );
}

test( 'each crate has version, licence and origin, and the checksum of the lock file', () => {
	const locks = readFileSync( join( root, 'Cargo.lock' ), 'utf8' ) + readFileSync( LIBRARY_LOCK, 'utf8' );
	for ( const crate of bom.components.filter( ( { scope } ) => scope === 'required' ) ) {
		const { name, version, purl, licenses, hashes } = crate;
		assert.ok( licenses[ 0 ].expression || licenses[ 0 ].license.id, name );
		if ( purl?.startsWith( 'pkg:cargo/' ) ) {
			assert.equal( purl, `pkg:cargo/${ name }@${ version }` );
			assert.ok( locks.includes( `name = "${ name }"\nversion = "${ version }"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${ hashes[ 0 ].content }"` ), name );
		} else {
			assert.ok( isOfRust( crate ) || [ 'idna', 'mautic-connector' ].includes( name ), `${ name } is nobody's` );
		}
	}
} );

test( 'it has the form of CycloneDX 1.6', () => {
	assert.deepEqual( [ bom.bomFormat, bom.specVersion, bom.version ], [ 'CycloneDX', '1.6', 1 ] );
	assert.match( bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/ );
	assert.equal( new Date( bom.metadata.timestamp ).toISOString(), bom.metadata.timestamp );
	const all = [ about, ...bom.components, ...listed ];
	for ( const { type, name, hashes } of [ ...all, ...bom.metadata.tools.components ] ) {
		assert.ok( [ 'application', 'file', 'library' ].includes( type ) && name );
		assert.ok( ( hashes ?? [] ).every( ( { alg, content } ) => alg === 'SHA-256' && /^[0-9a-f]{64}$/.test( content ) ), name );
	}
	const refs = all.map( ( entry ) => entry[ 'bom-ref' ] );
	assert.equal( new Set( refs ).size, refs.length );
	for ( const { ref, dependsOn } of bom.dependencies ) {
		assert.deepEqual( [ ref, ...dependsOn ].filter( ( name ) => ! refs.includes( name ) ), [] );
		assert.equal( new Set( dependsOn ).size, dependsOn.length );
	}
} );

test( 'nothing of this machine stands in what is handed out', () => {
	const notices = readFileSync( join( DIST, 'connector-for-mautic/third-party-notices.txt' ), 'utf8' );
	for ( const path of [ root, process.env.HOME, DIST ] ) {
		assert.ok( ! JSON.stringify( bom ).includes( path ) && ! notices.includes( path ), path );
	}
} );

test( 'the notices name each crate of others, each above a licence', () => {
	const notices = readFileSync( join( DIST, 'connector-for-mautic/third-party-notices.txt' ), 'utf8' ).split( /^={78}$/m );
	const titles = notices.filter( ( _, index ) => index % 2 ).flatMap( ( text ) => text.trim().split( '\n' ) );
	const others = bom.components.filter( ( { scope, purl } ) => scope === 'required' && purl );
	assert.deepEqual( [ ...new Set( titles ) ].sort(), others.map( ( crate ) => isOfRust( crate ) ? `${ crate.name }, of the library of Rust ${ crate.version }` : titled( crate ) ).sort() );
	assert.ok( titles.includes( titled( component( 'glue' ) ).replace( ' glue', '' ) ), 'wasm-bindgen' );
	for ( const text of notices.filter( ( _, index ) => index && index % 2 === 0 ) ) {
		assert.match( text.replace( /\s+/g, ' ' ), /permission is hereby granted, free of charge/i );
	}
} );

test( 'of a crate\'s offer, what is compatible with version 2 of the GPL is taken', () => {
	assert.deepEqual( take( 'MIT OR Apache-2.0', 'a' ), [ 'MIT' ] );
	assert.deepEqual( take( 'Apache-2.0/MIT', 'a' ), [ 'MIT' ] );
	assert.deepEqual( take( 'Unlicense OR MIT', 'a' ), [ 'MIT' ] );
	assert.deepEqual( take( '(MIT OR Apache-2.0) AND Unicode-3.0', 'a' ), [ 'MIT', 'Unicode-3.0' ] );
	assert.deepEqual( take( 'MIT AND Apache-2.0 WITH LLVM-exception AND (MIT OR Apache-2.0)', 'a' ), [ 'MIT', 'Apache-2.0 WITH LLVM-exception' ] );
	assert.deepEqual( take( 'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT', 'a' ), [ 'MIT' ] );
} );

test( 'a crate that offers nothing of that cannot ship', () => {
	for ( const licence of [ '', 'Apache-2.0', 'CDDL-1.0', 'MIT AND Apache-2.0', '(MIT OR Zlib) AND OpenSSL', 'GPL-3.0-only', 'MIT)' ] ) {
		assert.throws( () => take( licence, 'planted 1.0.0' ), /planted 1\.0\.0 offers/, licence );
	}
} );
