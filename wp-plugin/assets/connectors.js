/**
 * The card of the connection on WordPress' screen of connectors, in its own components: where the
 * connection stands, and the way to the page. Class-connectors.php says why.
 *
 * Exports of @wordpress/connectors are looked up by name, since those that are marked experimental may
 * go; without them there is no card, and nothing breaks.
 */
import * as connectors from '@wordpress/connectors';

const { __experimentalRegisterConnector: register, __experimentalConnectorItem: Item } = connectors;
const { createElement } = window.wp?.element ?? {};
const { Button } = window.wp?.components ?? {};
const data = document.getElementById( 'wp-script-module-data-connector-for-mautic-connectors' );

if ( register && Item && createElement && Button && data ) {
	const card = JSON.parse( data.textContent );
	register( card.id, {
		render: ( { name, description, logo } ) =>
			createElement( Item, {
				name,
				description,
				logo,
				actionArea: createElement(
					'span',
					{ style: { display: 'flex', alignItems: 'center', gap: '12px' } },
					createElement( 'span', null, card.status ),
					createElement( Button, { href: card.url, variant: 'secondary', size: 'compact', 'aria-label': card.label }, card.manage )
				),
			} ),
	} );
}
