/**
 * Explains what somebody pastes, with the core in the browser: nothing of it is sent. A browser that cannot
 * posts the form.
 */
import { ask } from './core.js';
import { data } from './data.js';

export function offerExplanation() {
	const form = document.querySelector( '#cfm-explain form' );
	const text = document.getElementById( 'cfm-explain-text' );
	const shown = document.getElementById( 'cfm-explained' );
	const explain = async () => {
		const answer = await ask( { ...data.explain.event, text: text.value } );
		shown.replaceChildren( box( answer.explained ) );
	};
	// What was typed by hand is explained when one asks for it: half a message would only confuse.
	text.addEventListener( 'paste', () => setTimeout( () => explain().catch( () => {} ) ) );
	form.addEventListener( 'submit', async ( event ) => {
		event.preventDefault();
		try {
			await explain();
			shown.focus();
		} catch {
			form.submit();
		}
	} );
}

/** Cause and remedy, and what the other side said. */
function box( error ) {
	const { message, fix, said } = data.explain.words[ error.code ];
	const filled = ( sentence ) => sentence.replace( '%s', () => error.detail ?? '' );
	const node = ( tag, ...content ) => {
		const element = document.createElement( tag );
		element.append( ...content );
		return element;
	};
	const container = node( 'div', node( 'p', node( 'strong', filled( message ) ), ' ', filled( fix ) ) );
	container.className = 'cfm-problem-box';
	if ( said && error.detail ) {
		container.append( Object.assign( node( 'p', filled( said ) ), { className: 'cfm-said' } ) );
	}
	return container;
}
