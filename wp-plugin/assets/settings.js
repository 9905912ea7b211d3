/**
 * The settings page: shows what the chosen method needs, checks the form with the plugin's core while
 * one types, and copies the redirect URI. Nothing that is found here is taken over by the server, which
 * judges for itself.
 */

const data = JSON.parse( document.getElementById( 'connector-for-mautic-data' )?.textContent ?? 'null' );
const form = document.getElementById( 'connector-for-mautic-form' );

if ( data && form ) {
	offerMethods();
	offerCopy();
	offerChecks();
}

/** Hides what the chosen method does not need; disabled, it is not sent and stays as it is stored. */
function offerMethods() {
	const parts = form.querySelectorAll( '[data-methods]' );
	const choose = () => {
		const chosen = form.querySelector( '[name="auth_method"]:checked' )?.value;
		for ( const part of parts ) {
			part.hidden = Boolean( chosen ) && ! part.dataset.methods.split( ' ' ).includes( chosen );
			part.toggleAttribute( 'disabled', part.hidden );
		}
		form.classList.toggle( 'cfm-chosen', Boolean( chosen ) );
	};
	for ( const radio of form.querySelectorAll( '[name="auth_method"]' ) ) {
		radio.addEventListener( 'change', choose );
	}
	choose();
}

function offerCopy() {
	const field = document.getElementById( 'cfm-redirect_uri' );
	const button = document.getElementById( 'cfm-copy' );
	const said = document.getElementById( 'cfm-copied' );
	button.hidden = false;
	button.addEventListener( 'click', async () => {
		field.select();
		try {
			await navigator.clipboard.writeText( field.value );
		} catch {
			// No clipboard without https: the old way copies what is selected.
			document.execCommand( 'copy' );
		}
		said.textContent = data.copied;
		setTimeout( () => { said.textContent = ''; }, 4000 );
	} );
	field.addEventListener( 'focus', () => field.select() );
}

function offerChecks() {
	// Those of a group that is hidden now are checked once it is shown.
	const fields = [ ...form.querySelectorAll( 'input[name]:not([type="hidden"], [type="checkbox"], [disabled])' ) ];
	const touched = new Set();
	const hint = document.createElement( 'p' );
	hint.className = 'cfm-hint';
	hint.setAttribute( 'aria-live', 'polite' );
	document.getElementById( 'cfm-base_url-problem' ).after( hint );

	let core = null;
	let timer = 0;
	const check = async () => {
		core ??= loadCore();
		try {
			const { step, entropy, now } = await core;
			show( fields, touched, hint, judge( step, entropy, now, fields.filter( isSent ) ) );
		} catch {
			// The browser cannot run the core; the server's check is enough.
		}
	};
	for ( const field of fields ) {
		field.addEventListener( 'input', () => {
			form.elements.ascii_host?.remove();
			touched.add( field.name );
			clearTimeout( timer );
			timer = setTimeout( check, 300 );
		} );
	}
}

/** Whether the form would send a field as it is now. */
function isSent( field ) {
	return ! field.matches( ':disabled' ) && ( field.type !== 'radio' || field.checked );
}

async function loadCore() {
	const core = await import( data.core );
	await core.default( { module_or_path: data.wasm } );
	return core;
}

/** Asks the core about the form as it is now. */
function judge( step, entropy, now, fields ) {
	const event = {
		type: 'settings_checked',
		values: Object.fromEntries( fields.map( ( field ) => [ field.name, field.value ] ) ),
		...data.stored,
	};
	const ask = () => step( { connection: null, overrides: data.overrides, event, now: now(), entropy: entropy() } )
		.effects.find( ( effect ) => effect.type === 'answer' );
	const answer = ask();
	const host = answer.problems?.find( ( problem ) => problem.host )?.host;
	if ( ! host ) {
		return answer;
	}
	// The core has no Unicode tables, the browser has; the server may need its answer as well.
	event.ascii_host = asciiHost( host );
	let hidden = form.elements.ascii_host;
	if ( ! hidden ) {
		hidden = Object.assign( document.createElement( 'input' ), { type: 'hidden', name: 'ascii_host' } );
		form.append( hidden );
	}
	hidden.value = event.ascii_host;
	return event.ascii_host ? ask() : answer;
}

function asciiHost( host ) {
	try {
		return new URL( 'https://' + host ).hostname;
	} catch {
		return '';
	}
}

function show( fields, touched, hint, answer ) {
	const problems = new Map( ( answer.problems ?? [] ).map( ( problem ) => [ problem.field, problem ] ) );
	for ( const field of fields ) {
		const problem = problems.get( field.name );
		// A field that nobody has filled in yet is not wrong yet, unless another one made it so.
		const text = problem && ( touched.has( field.name ) || problem.code.endsWith( '.reenter' ) )
			? ( data.problems[ problem.code ] ?? '' ).replace( '%s', problem.host ?? '' )
			: '';
		if ( touched.has( field.name ) || text ) {
			setText( document.getElementById( `cfm-${ field.name }-problem` ), text );
			field.toggleAttribute( 'aria-invalid', false );
			if ( text ) {
				field.setAttribute( 'aria-invalid', 'true' );
			}
		}
	}
	const notes = ( answer.notes ?? [] ).map( ( note ) => ( {
		ofBaseUrl: note.code.startsWith( 'base_url.' ),
		text: ( data.notes[ note.code ] ?? '' ).replace( '%s', note.detail ?? '' ),
	} ) );
	const about = notes.filter( ( note ) => note.ofBaseUrl ).map( ( note ) => note.text );
	if ( answer.normalized && answer.normalized !== form.elements.base_url.value.trim() ) {
		about.push( data.normalized.replace( '%s', answer.normalized ) );
	}
	setText( hint, touched.has( 'base_url' ) && ! problems.has( 'base_url' ) ? about.join( ' ' ) : '' );
	const consequence = document.getElementById( 'cfm-consequence' );
	if ( consequence ) {
		setText( consequence, notes.filter( ( note ) => ! note.ofBaseUrl ).map( ( note ) => note.text ).join( ' ' ) );
	}
}

/** Sets a text only if it changed, so that a screen reader does not say it again. */
function setText( element, text ) {
	if ( element.textContent !== text ) {
		element.textContent = text;
	}
}
