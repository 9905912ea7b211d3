/**
 * Hides what the chosen method does not need. Disabled, it is not sent, and stays as it is stored.
 */
export function offerMethods( form ) {
	const radios = form.querySelectorAll( '[name="auth_method"]' );
	const choose = () => {
		const chosen = form.querySelector( '[name="auth_method"]:checked' )?.value;
		for ( const part of document.querySelectorAll( '.connector-for-mautic [data-methods]' ) ) {
			part.hidden = Boolean( chosen ) && ! part.dataset.methods.split( ' ' ).includes( chosen );
			if ( part.matches( 'fieldset' ) ) {
				part.disabled = part.hidden;
			}
		}
		document.querySelector( '.connector-for-mautic' ).classList.toggle( 'cfm-chosen', Boolean( chosen ) );
	};
	for ( const radio of radios ) {
		radio.addEventListener( 'change', choose );
	}
	choose();
}
