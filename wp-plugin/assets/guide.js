/**
 * Keeps the guide up with what is typed: its links lead to the Mautic of the base URL, and a step whose fields
 * are filled in is done, with all that come before it.
 */
import { data } from '@connector-for-mautic/data';

/**
 * @param {HTMLFormElement} form   The settings.
 * @param {Object}          answer The core's, to the form as it is now.
 */
export function followForm( form, answer ) {
	const guide = document.getElementById( 'cfm-guide' );
	for ( const link of guide.querySelectorAll( 'a[data-path]' ) ) {
		link.parentElement.hidden = ! answer.normalized;
		if ( answer.normalized ) {
			link.href = answer.normalized + link.dataset.path;
		}
	}
	const wrong = new Set( ( answer.problems ?? [] ).map( ( problem ) => problem.field ) );
	const isFilled = ( name ) => ! wrong.has( name ) && Boolean( form.elements[ name ]?.value );
	for ( const list of guide.querySelectorAll( 'ol' ) ) {
		mark( [ ...list.children ], isFilled );
	}
}

function mark( steps, isFilled ) {
	const filled = steps.findLastIndex( ( step ) => step.dataset.fields && step.dataset.fields.split( ' ' ).every( isFilled ) );
	let next = true;
	steps.forEach( ( step, index ) => {
		// What the server has found stays.
		step.dataset.found ??= step.dataset.mark;
		const done = step.dataset.found === 'done' || index <= filled;
		const now = done ? 'done' : next ? 'next' : 'todo';
		next &&= done;
		step.dataset.mark = now;
		step.querySelector( '.cfm-mark' ).textContent = data.guide.marks[ now ];
		step.toggleAttribute( 'aria-current', false );
		if ( now === 'next' ) {
			step.setAttribute( 'aria-current', 'step' );
		}
	} );
}
