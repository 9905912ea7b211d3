/**
 * Judges the form with the plugin's core while one types.
 */
import { ask } from './core.js';
import { data } from './data.js';

const words = data.checks;

/**
 * @param {HTMLFormElement} form    The settings.
 * @param {Function}        onAnswer Called with each answer of the core.
 */
export function offerChecks( form, onAnswer ) {
	// Those of a group that is hidden now are checked once it is shown.
	const fields = [ ...form.querySelectorAll( 'input[name]:not([type="hidden"], [type="checkbox"], [disabled])' ) ];
	const touched = new Set();
	const hint = document.createElement( 'p' );
	hint.className = 'cfm-hint';
	hint.setAttribute( 'aria-live', 'polite' );
	document.getElementById( 'cfm-base_url-problem' ).after( hint );

	let timer = 0;
	let latest = 0;
	const check = async () => {
		const mine = ++latest;
		try {
			const answer = await judge( form, fields.filter( isSent ) );
			// Meanwhile something else may have been typed.
			if ( mine === latest ) {
				show( form, fields, touched, hint, answer );
				onAnswer( answer );
			}
		} catch {
			// The browser cannot run the core; the server's check is enough.
		}
	};
	for ( const field of fields ) {
		field.addEventListener( 'input', () => {
			form.elements.ascii_host?.remove();
			touched.add( field.name );
			clearTimeout( timer );
			timer = setTimeout( check, 300 );
		} );
	}
	// What was typed and refused is in the form again: the rest of the page follows it from the start.
	if ( form.querySelector( '[aria-invalid]' ) ) {
		check();
	}
}

/** Whether the form would send a field as it is now. */
function isSent( field ) {
	return ! field.matches( ':disabled' ) && ( field.type !== 'radio' || field.checked );
}

/** Asks the core about the form as it is now. */
async function judge( form, fields ) {
	const event = {
		...words.event,
		values: Object.fromEntries( fields.map( ( field ) => [ field.name, field.value ] ) ),
	};
	const answer = await ask( event );
	const host = answer.problems?.find( ( problem ) => problem.host )?.host;
	if ( ! host ) {
		return answer;
	}
	// The core has no Unicode tables, the browser has; the server may need its answer as well.
	event.ascii_host = asciiHost( host );
	let hidden = form.elements.ascii_host;
	if ( ! hidden ) {
		hidden = Object.assign( document.createElement( 'input' ), { type: 'hidden', name: 'ascii_host' } );
		form.append( hidden );
	}
	hidden.value = event.ascii_host;
	return event.ascii_host ? ask( event ) : answer;
}

function asciiHost( host ) {
	try {
		return new URL( 'https://' + host ).hostname;
	} catch {
		return '';
	}
}

function show( form, fields, touched, hint, answer ) {
	const problems = new Map( ( answer.problems ?? [] ).map( ( problem ) => [ problem.field, problem ] ) );
	for ( const field of fields ) {
		const problem = problems.get( field.name );
		// A field that nobody has filled in yet is not wrong yet, unless another one made it so.
		const text = problem && ( touched.has( field.name ) || problem.code.endsWith( '.reenter' ) )
			? ( words.problems[ problem.code ] ?? '' ).replace( '%s', () => problem.host ?? '' )
			: '';
		if ( touched.has( field.name ) || text ) {
			setText( document.getElementById( `cfm-${ field.name }-problem` ), text );
			field.toggleAttribute( 'aria-invalid', false );
			if ( text ) {
				field.setAttribute( 'aria-invalid', 'true' );
			}
		}
	}
	const notes = ( answer.notes ?? [] ).map( ( note ) => ( {
		ofBaseUrl: note.code.startsWith( 'base_url.' ),
		text: ( words.notes[ note.code ] ?? '' ).replace( '%s', () => note.detail ?? '' ),
	} ) );
	const about = notes.filter( ( note ) => note.ofBaseUrl ).map( ( note ) => note.text );
	if ( answer.normalized && answer.normalized !== form.elements.base_url.value.trim() ) {
		about.push( words.normalized.replace( '%s', () => answer.normalized ) );
	}
	setText( hint, touched.has( 'base_url' ) && ! problems.has( 'base_url' ) ? about.join( ' ' ) : '' );
	const consequence = document.getElementById( 'cfm-consequence' );
	if ( consequence ) {
		setText( consequence, notes.filter( ( note ) => ! note.ofBaseUrl ).map( ( note ) => note.text ).join( ' ' ) );
	}
}

/** Sets a text only if it changed, so that a screen reader does not say it again. */
function setText( element, text ) {
	if ( element.textContent !== text ) {
		element.textContent = text;
	}
}
