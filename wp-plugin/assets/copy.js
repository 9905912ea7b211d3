/**
 * A button that copies the field before it, and says so.
 */
import { data } from '@connector-for-mautic/data';

export function offerCopy() {
	for ( const button of document.querySelectorAll( '.connector-for-mautic .cfm-copy > button' ) ) {
		const field = button.parentElement.querySelector( 'input' );
		const said = button.parentElement.querySelector( '[role="status"]' );
		button.hidden = false;
		button.addEventListener( 'click', async () => {
			await copy( field );
			said.textContent = data.copy.copied;
			setTimeout( () => { said.textContent = ''; }, 4000 );
		} );
		field.addEventListener( 'focus', () => field.select() );
	}
}

async function copy( field ) {
	try {
		await navigator.clipboard.writeText( field.value );
	} catch {
		// No clipboard without https: the old way copies what is selected.
		field.select();
		document.execCommand( 'copy' );
	}
}
