/**
 * Keeps the times in words true as they pass: "in 52 minutes", "in 59 seconds", and then what comes after.
 *
 * The words and the rounding are those of class Moment, which made the page. So is the present: the clocks of
 * browser and server may differ.
 */
import { data } from './data.js';

/** Milliseconds between two looks, by the seconds that the nearest time is off. */
const RHYTHM = [ [ 120, 1000 ], [ 7200, 10000 ], [ Infinity, 60000 ] ];

/** Milliseconds that the server's clock is ahead of the browser's, when the page began to come. */
const ahead = () => {
	const [ navigation ] = performance.getEntriesByType( 'navigation' );
	return data.clock.now * 1000 - ( performance.timeOrigin + ( navigation?.responseStart ?? 0 ) );
};

export function startClock() {
	if ( ! data.clock ) {
		return;
	}
	const offset = ahead();
	let timer = 0;
	const look = () => {
		clearTimeout( timer );
		const nearest = update( ( Date.now() + offset ) / 1000 );
		timer = setTimeout( look, RHYTHM.find( ( [ seconds ] ) => nearest <= seconds )[ 1 ] );
	};
	look();
	document.addEventListener( 'visibilitychange', () => document.hidden || look() );
	// The doctor has put a new card in the place of the old one.
	document.addEventListener( 'connector-for-mautic:fresh', look );
}

/** Brings all times up to date, and returns the seconds that the nearest is off. */
function update( now ) {
	let nearest = Infinity;
	for ( const time of document.querySelectorAll( '.connector-for-mautic time.cfm-clock' ) ) {
		const seconds = Math.round( Date.parse( time.dateTime ) / 1000 - now );
		setText( time, inWords( seconds ) );
		nearest = Math.min( nearest, Math.abs( seconds ) );
	}
	for ( const after of document.querySelectorAll( '.connector-for-mautic [data-from][hidden]' ) ) {
		if ( Number( after.dataset.from ) <= now ) {
			after.hidden = false;
			after.parentElement.querySelector( '[data-until]' ).hidden = true;
			say( after );
		}
	}
	return nearest;
}

/** How far off a time is, as Moment::distance() says it. */
export function inWords( seconds ) {
	const { units, zero } = data.clock;
	const off = Math.abs( seconds );
	const unit = units.find( ( { size, limit } ) => Math.round( off / size ) < limit ) ?? units.at( -1 );
	const count = Math.round( off / unit.size );
	const { forms, form } = seconds > 0 ? unit.future : unit.past;
	return count === 0 ? zero : forms[ form[ Math.min( count, unit.limit ) ] ].replace( '%d', count );
}

/** What has come is said aloud, and nothing before: a number each second would drown everything else. */
function say( after ) {
	const term = after.closest( 'dd' ).previousElementSibling.textContent;
	setText( document.getElementById( 'cfm-clock-said' ), `${ term }: ${ after.textContent.trim() }` );
}

/** Sets a text only if it is another one. */
function setText( element, text ) {
	if ( element.textContent !== text ) {
		element.textContent = text;
	}
}
