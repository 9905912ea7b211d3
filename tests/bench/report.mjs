// The figures of one run: kept in bench.json, shown as a table.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class Report {
	#figures = [];

	/** A figure that may be at most its aim. `measured` is what is held against it, if not the value. */
	atMost( name, value, unit, aim, method, measured = value ) {
		this.#add( name, value, unit, aim, measured <= aim, method );
	}

	/** A figure that may be less than its aim, and no more. */
	lessThan( name, value, unit, aim, method ) {
		this.#add( name, value, unit, aim, value < aim, method );
	}

	/** A figure that has to be at least its aim. */
	atLeast( name, value, unit, aim, method ) {
		this.#add( name, value, unit, aim, value >= aim, method );
	}

	/** A figure without an aim, or one that could not be taken: null. */
	plain( name, value, unit, method ) {
		this.#add( name, value, unit, null, null, method );
	}

	#add( name, value, unit, aim, met, method ) {
		this.#figures.push( { name, value: value === null ? null : Number( value.toPrecision( 4 ) ), unit, aim, met, method } );
	}

	/** Writes DIST/bench.json, in which figures of the other part stay, and prints what is in this one. */
	write( dist ) {
		const file = join( dist, 'bench.json' );
		const names = new Set( this.#figures.map( ( { name } ) => name ) );
		const others = read( file ).filter( ( { name } ) => ! names.has( name ) );
		writeFileSync( file, `${ JSON.stringify( [ ...others, ...this.#figures ], null, '\t' ) }\n` );
		console.log();
		table( [ [ 'figure', 'value', '', 'aim', 'met' ], ...this.#figures.map( row ) ] );
		console.log( `\nHow each was measured stands in ${ file }.` );
	}
}

function read( file ) {
	try {
		return JSON.parse( readFileSync( file, 'utf8' ) );
	} catch ( error ) {
		if ( error.code === 'ENOENT' ) {
			return [];
		}
		throw error;
	}
}

function row( { name, value, unit, aim, met } ) {
	return [ name, String( value ?? 'none' ), unit, String( aim ?? '' ), met === null ? '' : met ? 'yes' : 'NO' ];
}

function table( rows ) {
	const widths = rows[ 0 ].map( ( _, column ) => Math.max( ...rows.map( ( cells ) => cells[ column ].length ) ) );
	for ( const cells of rows ) {
		const padded = cells.map( ( cell, column ) => ( column === 1 || column === 3 ? cell.padStart( widths[ column ] ) : cell.padEnd( widths[ column ] ) ) );
		console.log( padded.join( '  ' ).trimEnd() );
	}
}
