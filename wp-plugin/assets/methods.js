/**
 * Disables what the chosen method does not need, so that it is not sent and stays as it is stored. It is the
 * style that hides it.
 */
export function offerMethods( form ) {
	const choose = () => {
		const chosen = form.querySelector( '[name="auth_method"]:checked' )?.value;
		for ( const group of form.querySelectorAll( 'fieldset[data-methods]' ) ) {
			group.disabled = Boolean( chosen ) && ! group.dataset.methods.split( ' ' ).includes( chosen );
		}
	};
	for ( const radio of form.querySelectorAll( '[name="auth_method"]' ) ) {
		radio.addEventListener( 'change', choose );
	}
	choose();
}
