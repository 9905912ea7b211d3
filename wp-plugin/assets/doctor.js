/**
 * "Test connection" without leaving the page: its steps show as they come, made by the server as they would
 * stand there after the form. When all are there, what the test has changed on the page is fetched anew.
 */

import { data } from './data.js';

const TYPE = 'application/x-ndjson';

/** Milliseconds between two words to a screen reader. */
const RHYTHM = 5000;

let isRunning = false;

export function offerDoctor() {
	if ( ! data.doctor ) {
		return;
	}
	// The card with the button is replaced after each test.
	document.addEventListener( 'submit', ( event ) => {
		if ( event.target.elements.action?.value === 'connector_for_mautic_test' ) {
			event.preventDefault();
			if ( ! isRunning ) {
				run( event.target );
			}
		}
	} );
}

async function run( form ) {
	isRunning = true;
	const button = form.querySelector( 'button' );
	button.setAttribute( 'aria-disabled', 'true' );
	const panel = open();
	try {
		const response = await fetch( form.getAttribute( 'action' ), { method: 'POST', body: new FormData( form ), headers: { Accept: TYPE } } );
		if ( response.status === 403 ) {
			// The page has become too old, which WordPress says best itself.
			HTMLFormElement.prototype.submit.call( form );
			return;
		}
		if ( response.status === 400 || response.redirected ) {
			// Nobody is logged in any more: the page leads to the login and back.
			location.reload();
			return;
		}
		for await ( const line of lines( response ) ) {
			panel.show( line );
		}
		await refresh();
	} catch {
		// It shows by the end that did not come.
	} finally {
		panel.close();
		isRunning = false;
		button.removeAttribute( 'aria-disabled' );
	}
}

/** Empties the panel, and shows in it what comes. */
function open() {
	const section = document.getElementById( 'cfm-doctor' );
	const said = section.querySelector( '.cfm-doctor-said' );
	const list = section.querySelector( 'ol' );
	const voice = announcer();
	let done = 0;
	let isOver = false;

	section.hidden = false;
	section.setAttribute( 'aria-busy', 'true' );
	section.classList.remove( 'cfm-doctor-broken' );
	list.replaceChildren();
	said.textContent = data.doctor.begun;
	voice.textContent = data.doctor.begun;
	section.scrollIntoView( { block: 'nearest' } );
	const rhythm = setInterval( () => {
		voice.textContent = data.doctor.progress.replace( '%s', done );
	}, RHYTHM );

	return {
		show( line ) {
			if ( line.html ) {
				done += 1;
				// Escaped by the server, which makes the same for the page itself.
				list.insertAdjacentHTML( 'beforeend', line.html );
				said.textContent = line.next ? data.doctor.checking.replace( '%s', line.next ) : data.doctor.begun;
			}
			if ( line.summary ) {
				isOver = true;
				said.textContent = line.summary;
				voice.textContent = `${ data.doctor.over } ${ line.summary }`;
			}
		},
		close() {
			clearInterval( rhythm );
			section.removeAttribute( 'aria-busy' );
			if ( ! isOver ) {
				section.classList.add( 'cfm-doctor-broken' );
				said.textContent = data.doctor.broken;
				voice.textContent = data.doctor.broken;
			}
		},
	};
}

/** What a screen reader speaks from, apart from what is replaced. */
function announcer() {
	let voice = document.getElementById( 'cfm-doctor-voice' );
	if ( ! voice ) {
		voice = Object.assign( document.createElement( 'div' ), { id: 'cfm-doctor-voice', className: 'screen-reader-text' } );
		voice.setAttribute( 'aria-live', 'polite' );
		document.querySelector( '.connector-for-mautic' ).append( voice );
	}
	return voice;
}

/** The lines of an answer, decoded, each as soon as it is whole. */
async function* lines( response ) {
	const reader = response.body.pipeThrough( new TextDecoderStream() ).getReader();
	let rest = '';
	for ( ;; ) {
		const { value = '', done } = await reader.read();
		const whole = ( rest + value ).split( '\n' );
		rest = whole.pop();
		for ( const line of whole.filter( Boolean ) ) {
			yield JSON.parse( line );
		}
		if ( done ) {
			return;
		}
	}
}

/** Replaces each part of the page that says so by what it is now; what was typed elsewhere stays. */
async function refresh() {
	const response = await fetch( location.href );
	if ( ! response.ok || response.redirected ) {
		return;
	}
	// The plugin's own part alone, and inert: WordPress' has inline styles and handlers, which a Content Security
	// Policy may forbid.
	const html = await response.text();
	const template = document.createElement( 'template' );
	template.innerHTML = html.slice( html.indexOf( '<div class="wrap connector-for-mautic"' ), html.indexOf( 'id="connector-for-mautic-data"' ) );
	const page = template.content;
	const focused = document.activeElement?.form?.elements.action?.value;
	for ( const part of document.querySelectorAll( '[data-cfm-fresh][id]' ) ) {
		const fresh = page.getElementById( part.id );
		if ( fresh ) {
			keepPanel( fresh );
			part.replaceWith( document.adoptNode( fresh ) );
		}
	}
	// What the test asks to be changed may be among these.
	if ( page.querySelector( '.cfm-more[open]' ) ) {
		document.querySelector( '.cfm-more' ).open = true;
	}
	if ( focused && document.activeElement === document.body ) {
		document.querySelector( `input[name="action"][value="${ focused }"]` )?.form.querySelector( 'button' ).focus( { preventScroll: true } );
	}
	document.dispatchEvent( new CustomEvent( 'connector-for-mautic:fresh' ) );
}

/** The outcome of a form is on the first page after it alone, which another tab may have had: the panel stays. */
function keepPanel( part ) {
	const fresh = part.querySelector( '#cfm-doctor' );
	if ( fresh && ! fresh.querySelector( 'li' ) ) {
		fresh.replaceWith( document.getElementById( 'cfm-doctor' ) );
	}
}
