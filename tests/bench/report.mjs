// The figures of one part of the bench: kept in bench.json with when, where and of what they were taken,
// shown as a table.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';

import { QUICK } from './measure.mjs';

export class Report {
	#part;
	#figures = [];
	#plots = {};

	/** `part` is what `./build.sh bench` calls it. */
	constructor( part ) {
		this.#part = part;
	}

	/** A figure that may be at most its aim. `measured` is what is held against it, if not the value. */
	atMost( name, value, unit, aim, method, measured = value ) {
		this.#add( name, value, unit, aim, measured <= aim, method, measured );
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

	/** What a picture shows; see plot.mjs. */
	plot( name, plot ) {
		this.#plots[ name ] = plot;
	}

	#add( name, value, unit, aim, met, method, measured = value ) {
		this.#figures.push( { name, value: value === null ? null : rounded( value ), ...( measured !== value && { upTo: rounded( measured ) } ), unit, aim, met, method } );
	}

	/** Puts the part into a file, in which the other parts stay, and prints its figures. */
	write( file ) {
		const part = {
			date: new Date().toISOString().slice( 0, 10 ),
			commit: process.env.BENCH_COMMIT,
			machine: machine(),
			...( QUICK && { quick: true } ),
			figures: this.#figures,
			plots: this.#plots,
		};
		mkdirSync( dirname( file ), { recursive: true } );
		writeFileSync( file, `${ JSON.stringify( { ...read( file ), [ this.#part ]: part }, numbers, '\t' ) }\n` );
		console.log();
		table( [ [ 'figure', 'value', '', 'aim', 'met' ], ...this.#figures.map( row ) ] );
		console.log();
	}
}

function rounded( value ) {
	return Number( value.toPrecision( 4 ) );
}

/** Nothing is known to more than four digits; counts of bytes are kept whole. */
function numbers( _, value ) {
	return typeof value === 'number' && ! Number.isInteger( value ) ? rounded( value ) : value;
}

function machine() {
	const system = Object.fromEntries( readFileSync( '/etc/os-release', 'utf8' ).trim().split( '\n' ).map( ( line ) => line.replaceAll( '"', '' ).split( '=' ) ) );
	const php = execFileSync( 'php', [ '-r', 'echo PHP_VERSION;' ], { encoding: 'utf8' } );
	return `${ availableParallelism() } cores, ${ system.NAME.split( ' ' )[ 0 ] } ${ system.VERSION_ID }, PHP ${ php }, Node.js ${ process.versions.node }`;
}

/** The parts in such a file, by name; none if there is no file yet. */
export function read( file ) {
	try {
		return JSON.parse( readFileSync( file, 'utf8' ) );
	} catch ( error ) {
		if ( error.code === 'ENOENT' ) {
			return {};
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
