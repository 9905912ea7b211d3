/**
 * Buttons that copy what stands before them, and say so.
 */
import { data } from './data.js';

const BUTTONS = '.connector-for-mautic .cfm-copy > button';

export function offerCopy() {
	const show = () => document.querySelectorAll( BUTTONS ).forEach( ( button ) => { button.hidden = false; } );
	show();
	// The guide may be replaced by a fresh one.
	document.addEventListener( 'connector-for-mautic:fresh', show );
	document.addEventListener( 'click', async ( event ) => {
		const button = event.target.closest( BUTTONS );
		if ( button ) {
			await copy( button.parentElement.firstElementChild );
			const said = button.parentElement.querySelector( '[role="status"]' );
			said.textContent = data.copy.copied;
			setTimeout( () => { said.textContent = ''; }, 4000 );
		}
	} );
	const field = document.getElementById( 'cfm-redirect_uri' );
	field.addEventListener( 'focus', () => select( field ) );
}

async function copy( source ) {
	try {
		await navigator.clipboard.writeText( source.value ?? source.textContent );
	} catch {
		// No clipboard without https: the old way copies what is selected.
		select( source );
		document.execCommand( 'copy' );
	}
}

function select( source ) {
	if ( source.select ) {
		source.select();
	} else {
		getSelection().selectAllChildren( source );
	}
}
