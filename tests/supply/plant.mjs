// Plants something that deny.toml forbids in the graph of our own crates, as `cargo metadata` gives it.
//
//   node plant.mjs WHAT <metadata.json >planted.json
import { readFileSync } from 'node:fs';

const graph = JSON.parse( readFileSync( 0, 'utf8' ) );
const find = ( name ) => {
	const found = graph.packages.find( ( crate ) => crate.name === name );
	if ( ! found ) {
		throw new Error( `there is no ${ name } among our crates any more; plant it in another one` );
	}
	return found;
};

const plants = {
	// RUSTSEC-2021-0072 was mended in 1.8.1.
	vulnerable: () => rename( find( 'tokio' ), 'tokio', '1.8.0' ),
	// GPL-2.0-or-later cannot be met together with it.
	licence: () => Object.assign( find( 'url' ), { license: 'CDDL-1.0' } ),
	banned: () => rename( find( 'percent-encoding' ), 'idna_adapter', '1.2.1' ),
	duplicate: () => rename( find( 'fnv' ), 'memchr', '1.0.0' ),
	source: () => Object.assign( find( 'url' ), { source: 'git+https://github.com/servo/rust-url#0123456789012345678901234567890123456789' } ),
};

/** A crate gets another name or version, wherever the graph speaks of it. */
function rename( crate, name, version ) {
	const before = crate.id, after = `registry+https://github.com/rust-lang/crates.io-index#${ name }@${ version }`;
	Object.assign( crate, { id: after, name, version } );
	for ( const node of graph.resolve.nodes ) {
		node.id = node.id === before ? after : node.id;
		node.dependencies = node.dependencies.map( ( id ) => id === before ? after : id );
		for ( const dependency of node.deps ) {
			if ( dependency.pkg === before ) {
				Object.assign( dependency, { pkg: after, name: name.replaceAll( '-', '_' ) } );
			}
		}
	}
	for ( const dependency of graph.packages.flatMap( ( { dependencies } ) => dependencies ) ) {
		if ( dependency.name === before.replace( /.*#|@.*/g, '' ) ) {
			Object.assign( dependency, { name, req: `=${ version }` } );
		}
	}
}

plants[ process.argv[ 2 ] ]();
process.stdout.write( JSON.stringify( graph ) );
