/**
 * Keeps the guide up with what is typed: its links lead to the Mautic of the base URL, and a step whose fields
 * are filled in is done. Of the steps before it nothing is claimed, but the next one comes after it.
 */
import { data } from './data.js';

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
	// What the server has found stays.
	const done = steps.map( ( step ) => ( step.dataset.found ??= step.dataset.mark ) === 'done' || isTyped( step ) );
	const next = done.indexOf( false, steps.findLastIndex( isTyped ) + 1 );
	steps.forEach( ( step, index ) => {
		const now = done[ index ] ? 'done' : index === next ? 'next' : 'todo';
		step.dataset.mark = now;
		step.querySelector( '.cfm-guide-mark' ).textContent = data.guide.marks[ now ];
		if ( now === 'next' ) {
			step.setAttribute( 'aria-current', 'step' );
		} else {
			step.removeAttribute( 'aria-current' );
		}
	} );

	function isTyped( { dataset } ) {
		return Boolean( dataset.fields ) && dataset.fields.split( ' ' ).every( isFilled );
	}
}
