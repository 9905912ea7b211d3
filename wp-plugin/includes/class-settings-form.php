<?php
/**
 * The settings.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the form, its problems, and what its script needs.
 */
final class Settings_Form {

	/**
	 * Fields, by the `name` that the core and the form share.
	 */
	public const FIELDS = array( 'base_url', 'client_id', 'client_secret', 'refresh_token_lifetime_days' );

	/**
	 * Checkboxes, likewise.
	 */
	public const SWITCHES = array( 'notify_lost', 'notify_recovered' );

	/**
	 * Codes that the check in the browser may find.
	 */
	private const PROBLEM_CODES = array(
		'base_url.missing',
		'base_url.invalid',
		'base_url.scheme',
		'base_url.http_not_allowed',
		'base_url.credentials',
		'base_url.host_not_ascii',
		'base_url.address_refused',
		'base_url.too_long',
		'client_id.missing',
		'client_id.invalid',
		'client_secret.missing',
		'client_secret.invalid',
		'client_secret.reenter',
		'refresh_token_lifetime_days.invalid',
	);

	private const NOTE_CODES = array( 'base_url.scheme_added', 'base_url.path_removed', 'base_url.host_ascii', 'connection.will_be_dropped' );

	/**
	 * Problems by field.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private array $problems;

	/**
	 * Takes what is stored and, after an error, what was typed.
	 *
	 * @param array<string, mixed>             $settings The core's view of the settings.
	 * @param array<string, mixed>             $status   The core's status.
	 * @param array<string, string>            $typed    Typed values that were not stored.
	 * @param array<int, array<string, mixed>> $problems What was wrong with them.
	 */
	public function __construct( private array $settings, private array $status, private array $typed, array $problems ) {
		$this->problems = array_column( $problems, null, 'field' );
	}

	/**
	 * All problems on top, each leading to its field.
	 *
	 * @param array<int, array<string, mixed>> $problems From the core.
	 */
	public static function render_summary( array $problems ): void {
		printf(
			'<div class="notice notice-error inline" role="alert" tabindex="-1" autofocus><p><strong>%s</strong></p><ul class="cfm-summary">',
			esc_html__( 'Nothing was saved yet. Please look at:', 'connector-for-mautic' )
		);
		foreach ( $problems as $problem ) {
			printf( '<li><a href="%s">%s</a></li>', esc_url( '#cfm-' . ( $problem['field'] ?? '' ) ), esc_html( Messages::of( $problem )['message'] ) );
		}
		echo '</ul></div>';
	}

	/**
	 * Prints the form.
	 */
	public function render(): void {
		printf( '<section class="cfm-card" aria-labelledby="cfm-settings"><h2 id="cfm-settings">%s</h2>', esc_html__( 'Settings', 'connector-for-mautic' ) );
		$this->render_guide();
		printf( '<form id="connector-for-mautic-form" method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		Settings_Page::render_hidden( 'save' );
		echo '<table class="form-table" role="presentation">';
		$this->render_redirect_uri();
		$this->render_field(
			'base_url',
			__( 'Base URL', 'connector-for-mautic' ),
			array(
				'type'        => 'text',
				'inputmode'   => 'url',
				'value'       => $this->settings['base_url'],
				'placeholder' => 'https://mautic.example.com',
			),
			__( 'The address at which you open Mautic. Mautic names it “Site URL” under Settings, Configuration, System Settings.', 'connector-for-mautic' )
		);
		$this->render_field(
			'client_id',
			__( 'Client ID', 'connector-for-mautic' ),
			array(
				'type'  => 'text',
				'value' => $this->settings['client_id'],
			),
			__( 'From Mautic, Settings, API Credentials. Older versions call it “Public Key”.', 'connector-for-mautic' )
		);
		$this->render_field(
			'client_secret',
			__( 'Client secret', 'connector-for-mautic' ),
			array(
				'type'         => 'password',
				'value'        => '',
				'autocomplete' => 'new-password',
				'placeholder'  => $this->settings['client_secret_set'] ? '••••••••••••' : '',
			),
			$this->settings['client_secret_set']
				? __( 'A secret is stored, encrypted, and is never shown. Leave this empty to keep it.', 'connector-for-mautic' )
				: __( 'From the same place; older versions call it “Secret Key”. It is stored encrypted and never shown again.', 'connector-for-mautic' )
		);
		$this->render_field(
			'refresh_token_lifetime_days',
			__( 'Refresh token lifetime (days)', 'connector-for-mautic' ),
			array(
				'type'      => 'text',
				'inputmode' => 'numeric',
				'value'     => (string) $this->settings['refresh_token_lifetime_days'],
				'class'     => 'small-text',
			),
			__( 'As it stands in Mautic under Settings, Configuration, API Settings. Mautic does not tell it to this site, which needs it to renew in time.', 'connector-for-mautic' )
		);
		$this->render_mails();
		echo '</table>';
		if ( $this->has_grant() ) {
			printf( '<p class="description" id="cfm-consequence" aria-live="polite">%s</p>', esc_html__( 'Another server or another client ID disconnects the site; then authorize it again.', 'connector-for-mautic' ) );
		}
		printf( '<p class="submit"><button type="submit" class="button button-primary">%s</button></p></form>', esc_html__( 'Save settings', 'connector-for-mautic' ) );
		$this->render_data();
		echo '</section>';
	}

	/**
	 * Where in Mautic everything is; open until it is all here.
	 */
	private function render_guide(): void {
		$steps = array(
			__( 'In Mautic open Settings (the gear), Configuration, API Settings. Set “API enabled?” to Yes and save.', 'connector-for-mautic' ),
			__( 'Open Settings, API Credentials and press New. Choose OAuth 2, enter a name, and paste the redirect URI from below. Save.', 'connector-for-mautic' ),
			__( 'Copy client ID and client secret from there into the fields below, and save the settings.', 'connector-for-mautic' ),
			__( 'Press Authorize, log in to Mautic once more, even if you are logged in already, and press Accept. You come back here.', 'connector-for-mautic' ),
		);
		printf(
			'<details class="cfm-guide"%s><summary>%s</summary><ol>',
			'not_configured' === $this->status['status'] ? ' open' : '',
			esc_html__( 'How to connect, step by step', 'connector-for-mautic' )
		);
		foreach ( $steps as $step ) {
			printf( '<li>%s</li>', esc_html( $step ) );
		}
		echo '</ol></details>';
	}

	/**
	 * The address to paste into Mautic. The script shows the button.
	 */
	private function render_redirect_uri(): void {
		printf( '<tr><th scope="row"><label for="cfm-redirect_uri">%s</label></th><td><div class="cfm-copy">', esc_html__( 'Redirect URI', 'connector-for-mautic' ) );
		printf( '<input id="cfm-redirect_uri" class="regular-text code" type="text" readonly value="%s" aria-describedby="cfm-redirect_uri-help">', esc_attr( Authorize_Return::redirect_uri() ) );
		printf( ' <button type="button" class="button" id="cfm-copy" hidden>%s</button> <span id="cfm-copied" role="status"></span></div>', esc_html__( 'Copy', 'connector-for-mautic' ) );
		printf( '<p class="description" id="cfm-redirect_uri-help">%s</p></td></tr>', esc_html__( 'Paste exactly this into Mautic when you create the API credentials.', 'connector-for-mautic' ) );
	}

	/**
	 * A field with its help and its problem.
	 *
	 * @param string                $name       Its name.
	 * @param string                $label      Its label.
	 * @param array<string, string> $attributes Of the input.
	 * @param string                $help       In plain words.
	 */
	private function render_field( string $name, string $label, array $attributes, string $help ): void {
		$problem = $this->problems[ $name ] ?? null;
		$source  = in_array( $name, $this->settings['overridden'], true ) ? Overrides::source( $name ) : null;
		$id      = 'cfm-' . $name;
		if ( isset( $this->typed[ $name ] ) && null === $source ) {
			$attributes['value'] = $this->typed[ $name ];
		}
		$attributes += array(
			'id'               => $id,
			'name'             => $name,
			'class'            => 'regular-text code',
			'autocomplete'     => 'off',
			'autocapitalize'   => 'off',
			'spellcheck'       => 'false',
			'aria-describedby' => "$id-problem $id-help",
		);
		if ( $problem ) {
			$attributes['aria-invalid'] = 'true';
		}
		printf( '<tr><th scope="row"><label for="%s">%s</label></th><td><input', esc_attr( $id ), esc_html( $label ) );
		foreach ( $attributes as $attribute => $value ) {
			printf( ' %s="%s"', esc_attr( $attribute ), esc_attr( $value ) );
		}
		printf(
			'%s><p class="cfm-problem" id="%s" aria-live="polite">%s</p><p class="description" id="%s">%s</p></td></tr>',
			disabled( null !== $source, true, false ),
			esc_attr( "$id-problem" ),
			esc_html( $problem ? Messages::text( $problem ) : '' ),
			esc_attr( "$id-help" ),
			esc_html( null === $source ? $help : self::origin( $source ) )
		);
	}

	/**
	 * Which mails are wanted.
	 */
	private function render_mails(): void {
		$labels = array(
			'notify_lost'      => __( 'E-mail when the connection is lost', 'connector-for-mautic' ),
			'notify_recovered' => __( 'E-mail when it works again', 'connector-for-mautic' ),
		);
		printf( '<tr><th scope="row">%1$s</th><td><fieldset aria-describedby="cfm-mails-help"><legend class="screen-reader-text">%1$s</legend>', esc_html__( 'E-mails', 'connector-for-mautic' ) );
		foreach ( $labels as $name => $label ) {
			$on = isset( $this->typed[ $name ] ) ? '1' === $this->typed[ $name ] : $this->settings[ $name ];
			// A checkbox that is off is not sent at all, and what is not sent keeps what is stored.
			printf( '<input type="hidden" name="%s" value="0">', esc_attr( $name ) );
			printf( '<label><input type="checkbox" name="%s" value="1"%s> %s</label><br>', esc_attr( $name ), checked( $on, true, false ), esc_html( $label ) );
		}
		printf(
			'<p class="description" id="cfm-mails-help">%s</p></fieldset></td></tr>',
			/* translators: %s: e-mail address */
			esc_html( sprintf( __( 'To %s, the administration address of this site; two in a day at most. A failure that passes within ten minutes is not told.', 'connector-for-mautic' ), get_option( 'admin_email' ) ) )
		);
	}

	/**
	 * Whether saving may end something: a connection, or an authorization that is under way.
	 */
	private function has_grant(): bool {
		return in_array( $this->status['status'], array( 'pending', 'connected', 'attention', 'needs_authorization' ), true );
	}

	/**
	 * Says where a value comes from that cannot be changed here.
	 *
	 * @param array{kind: string, name: string} $source From Overrides.
	 */
	private static function origin( array $source ): string {
		return 'environment' === $source['kind']
			/* translators: %s: name of a variable */
			? sprintf( __( 'Set by the environment variable %s; it cannot be changed here.', 'connector-for-mautic' ), $source['name'] )
			/* translators: %s: name of a constant */
			: sprintf( __( 'Set by the constant %s, usually in wp-config.php; it cannot be changed here.', 'connector-for-mautic' ), $source['name'] );
	}

	/**
	 * What the script needs: where the core is, what the page knows, and the sentences. No secret.
	 */
	private function render_data(): void {
		$overrides = Overrides::policy();
		foreach ( $this->settings['overridden'] as $name ) {
			// That a secret is set is enough for the check; a number stays one.
			$overrides[ $name ] = 'client_secret' === $name ? 'set' : $this->settings[ $name ];
		}
		$problems = array();
		foreach ( self::PROBLEM_CODES as $code ) {
			$problems[ $code ] = Messages::text(
				array(
					'code' => $code,
					'host' => '%s',
				)
			);
		}
		$data = array(
			'core'       => plugins_url( 'assets/core.js?ver=' . CONNECTOR_FOR_MAUTIC_VERSION, CONNECTOR_FOR_MAUTIC_FILE ),
			'wasm'       => plugins_url( 'assets/core_bg.wasm?ver=' . CONNECTOR_FOR_MAUTIC_VERSION, CONNECTOR_FOR_MAUTIC_FILE ),
			'overrides'  => $overrides,
			'stored'     => array(
				'stored_base_url'  => $this->settings['base_url'],
				'stored_client_id' => $this->settings['client_id'],
				'stored_secret'    => $this->settings['client_secret_set'],
				'stored_grant'     => $this->has_grant(),
			),
			'problems'   => $problems,
			'notes'      => array_combine( self::NOTE_CODES, array_map( array( Messages::class, 'note' ), self::NOTE_CODES ) ),
			/* translators: %s: an address */
			'normalized' => __( 'Will be saved as %s.', 'connector-for-mautic' ),
			'copied'     => __( 'Copied', 'connector-for-mautic' ),
		);
		wp_print_inline_script_tag(
			wp_json_encode( $data, JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_SLASHES ),
			array(
				'type' => 'application/json',
				'id'   => 'connector-for-mautic-data',
			)
		);
	}
}
