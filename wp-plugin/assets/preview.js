/**
 * Shows what Mautic will be asked with the settings as they are typed.
 */
import { data } from './data.js';

const words = data.preview;

/** @param {Object} answer The core's, to the form as it is now. */
export function showPreview( answer ) {
	for ( const preview of document.querySelectorAll( '.connector-for-mautic .cfm-preview' ) ) {
		preview.hidden = ! answer.authorize;
		if ( answer.authorize ) {
			preview.querySelector( '.cfm-endpoint' ).textContent = answer.authorize.endpoint;
			preview.querySelector( '.cfm-parameters' ).replaceChildren( ...answer.authorize.parameters.map( item ) );
		}
	}
}

function item( { name, value } ) {
	const entry = document.createElement( 'li' );
	const text = ( tag, content, style = '' ) => Object.assign( document.createElement( tag ), { textContent: content, className: style } );
	entry.append( text( 'code', name ), ' ', text( 'span', value || words.drawn, 'cfm-value' ), text( 'p', words.about[ name ] ?? '' ) );
	return entry;
}
