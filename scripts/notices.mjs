// third-party-notices.txt: the licences of the crates that are compiled into the core, with the notices that have to go
// along with every copy. The texts are those of the crates.
//
//   node notices.mjs OUT RUST >third-party-notices.txt   OUT and RUST as in shipped.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byName, crates, root } from './shipped.mjs';

/** The file with a licence's text in a crate, by its name and by words that it has to have. */
const TEXTS = {
	MIT: { names: [ /^licen[cs]e-mit(\.md|\.txt)?$/i, /^licen[cs]e(\.md|\.txt)?$/i ], words: /permission is hereby granted, free of charge/i },
	'Unicode-3.0': { names: [ /^licen[cs]e-unicode(\.md|\.txt)?$/i ], words: /UNICODE LICENSE V3/ },
};
/** Debian's sources of Rust come without texts; scripts/rust-notices.txt has them. */
const rustNotices = readFileSync( join( root, 'scripts/rust-notices.txt' ), 'utf8' );

/** The texts of a crate that have to go along. That of LLVM asks for none with compiled code. */
function texts( { name, version, origin, folder, taken } ) {
	if ( origin === 'rust' ) {
		return [ rustNotices ];
	}
	return taken.filter( ( licence ) => licence in TEXTS ).map( ( licence ) => {
		const { names, words } = TEXTS[ licence ];
		for ( const pattern of names ) {
			for ( const file of readdirSync( folder ).filter( ( entry ) => pattern.test( entry ) ) ) {
				const text = readFileSync( join( folder, file ), 'utf8' ).replaceAll( '\r\n', '\n' );
				if ( words.test( text.replace( /\s+/g, ' ' ) ) ) {
					return text;
				}
			}
		}
		throw new Error( `${ name } ${ version } is taken under ${ licence } and has no such text in ${ folder }` );
	} );
}

const [ out, rust ] = process.argv.slice( 2 );
const all = new Map( [ 'server', 'browser' ].flatMap( ( module ) => crates( out, module, rust ) )
	.filter( ( { origin } ) => origin !== 'own' ).map( ( crate ) => [ `${ crate.name } ${ crate.version }`, crate ] ) );
const by = new Map();
for ( const crate of [ ...all.values() ].sort( byName ) ) {
	for ( const text of texts( crate ) ) {
		const key = text.trim();
		by.set( key, [ ...by.get( key ) ?? [], crate ] );
	}
}

const line = '='.repeat( 78 );
console.log( `Connector for Mautic is free software under the GNU General Public License, version
2 or later: see license.txt. What lies in includes/core and assets/wasm was compiled
from it together with these libraries, each under the licence below its name;
assets/wasm/core.js was written by wasm-bindgen, whose licence is among them.` );
for ( const [ text, names ] of by ) {
	console.log( `\n${ line }\n${ names.map( ( { name, version, origin } ) => origin === 'rust' ? `${ name }, of the library of Rust ${ version }` : `${ name } ${ version }` ).join( '\n' ) }\n${ line }\n\n${ text }` );
}
