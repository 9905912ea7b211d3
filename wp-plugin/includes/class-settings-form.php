<?php
/**
 * The settings.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the form: the method and the fields, in groups of those that a method needs.
 *
 * The style hides the groups that the chosen method does not need. The script disables them too: then they
 * are not sent, and stay as they are stored.
 */
final class Settings_Form {

	/**
	 * Fields, by the `name` that the core and the form share.
	 */
	public const FIELDS = array( 'auth_method', 'base_url', 'client_id', 'client_secret', 'username', 'password', 'refresh_token_lifetime_days' );

	/**
	 * Checkboxes, likewise by name.
	 */
	public const SWITCHES = array( 'token_in_query', 'notify_lost', 'notify_recovered' );

	/**
	 * What stands under More settings, as the core has it until somebody changes it: for that these are
	 * folded.
	 */
	private const USUAL = array(
		'refresh_token_lifetime_days' => 14,
		'token_in_query'              => false,
		'notify_lost'                 => true,
		'notify_recovered'            => true,
	);

	/**
	 * What prints each field.
	 *
	 * @var Form_Fields
	 */
	private Form_Fields $fields;

	/**
	 * Takes what is stored and, after an error, what was typed.
	 *
	 * @param array<string, mixed>             $settings The core's view of the settings.
	 * @param array<string, mixed>             $status   The core's status.
	 * @param array<string, string>            $typed    Typed values that were not stored.
	 * @param array<int, array<string, mixed>> $problems What is wrong with them, or with values from outside the database.
	 * @param string                           $code     Code of the error that the last form ended with.
	 */
	public function __construct( private array $settings, private array $status, array $typed, array $problems, private string $code = '' ) {
		$this->fields = new Form_Fields( $settings, $typed, $problems );
	}

	/**
	 * All problems on top, each leading to its field.
	 *
	 * @param array<int, array<string, mixed>> $problems From the core.
	 */
	public static function render_summary( array $problems ): void {
		printf(
			'<div class="notice notice-error inline" role="alert" tabindex="-1" autofocus><p><strong>%s</strong></p><ul class="cfm-summary">',
			esc_html__( 'Nothing was saved yet. This needs another look:', 'connector-for-mautic' )
		);
		foreach ( $problems as $problem ) {
			printf( '<li><a href="%s">%s</a></li>', esc_url( '#cfm-' . ( $problem['field'] ?? '' ) ), esc_html( Messages::of( $problem )['message'] ) );
		}
		echo '</ul></div>';
	}

	/**
	 * What is wrong with values from outside the database, each with the name to change it under.
	 *
	 * @param array<int, array<string, mixed>> $problems From the core.
	 */
	public static function render_outside_problems( array $problems ): void {
		printf(
			'<div class="notice notice-error inline" role="alert"><p><strong>%s</strong></p><ul class="cfm-summary">',
			esc_html__( 'Settings from outside the database are not right, and the connection cannot use them:', 'connector-for-mautic' )
		);
		foreach ( $problems as $problem ) {
			$source = Overrides::source( $problem['field'] ?? '' );
			printf( '<li><code>%s</code>: %s</li>', esc_html( $source['name'] ?? $problem['field'] ?? '' ), esc_html( Messages::text( $problem ) ) );
		}
		echo '</ul></div>';
	}

	/**
	 * Prints the form.
	 */
	public function render(): void {
		printf( '<section class="cfm-card cfm-settings" aria-labelledby="cfm-settings"><h2 id="cfm-settings">%s</h2>', esc_html__( 'Settings', 'connector-for-mautic' ) );
		printf( '<form id="connector-for-mautic-form" method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		Buttons::render_hidden( 'save' );
		$this->fields->render_methods();
		$this->fields->render_text(
			'base_url',
			__( 'Base URL', 'connector-for-mautic' ),
			__( 'The address at which you open Mautic. Mautic names it “Site URL” under Settings, Configuration, System Settings.', 'connector-for-mautic' ),
			array(
				'inputmode'   => 'url',
				'placeholder' => 'https://mautic.example.com',
			)
		);
		$this->render_redirect_uri();
		$this->render_credentials();
		$this->render_user();
		$this->render_more();
		if ( $this->has_grant() ) {
			printf( '<p class="description" id="cfm-consequence" aria-live="polite">%s</p>', esc_html__( 'Another method, server, client ID or user name ends the connection; then connect the site again.', 'connector-for-mautic' ) );
		}
		printf( '<p class="submit"><button type="submit" class="button button-primary">%s</button></p></form>', esc_html__( 'Save settings', 'connector-for-mautic' ) );
		Form_Data::tell( $this->settings, $this->has_grant() );
		echo '</section>';
	}

	/**
	 * The address to paste into Mautic, which only the authorization code needs. The script shows the button.
	 */
	private function render_redirect_uri(): void {
		self::open_group( __( 'Authorization in the browser', 'connector-for-mautic' ), Method::AUTHORIZATION_CODE );
		printf( '<div class="cfm-field"><label for="cfm-redirect_uri">%s</label><div class="cfm-copy">', esc_html__( 'Redirect URI', 'connector-for-mautic' ) );
		printf( '<input id="cfm-redirect_uri" class="regular-text code" type="text" readonly value="%s" aria-describedby="cfm-redirect_uri-help">', esc_attr( Authorize_Return::redirect_uri() ) );
		printf( ' <button type="button" class="button" hidden>%s</button> <span role="status"></span></div>', esc_html__( 'Copy', 'connector-for-mautic' ) );
		Script_Modules::tell( 'copy', array( 'copied' => __( 'Copied', 'connector-for-mautic' ) ) );
		printf( '<p class="description" id="cfm-redirect_uri-help">%s</p></div></fieldset>', esc_html__( 'Paste exactly this into Mautic when you create the API credentials.', 'connector-for-mautic' ) );
	}

	/**
	 * What both methods of OAuth 2 need.
	 */
	private function render_credentials(): void {
		self::open_group( __( 'API credentials', 'connector-for-mautic' ), Method::AUTHORIZATION_CODE, Method::CLIENT_CREDENTIALS );
		$this->fields->render_text(
			'client_id',
			__( 'Client ID', 'connector-for-mautic' ),
			__( 'From Mautic, Settings, API Credentials. The list there calls it “Public Key”.', 'connector-for-mautic' )
		);
		$this->fields->render_secret(
			'client_secret',
			__( 'Client secret', 'connector-for-mautic' ),
			__( 'From the same place; the list calls it “Secret Key”. It is stored encrypted and never shown again.', 'connector-for-mautic' ),
			__( 'A secret is stored, encrypted, and is never shown. Leave this empty to keep it.', 'connector-for-mautic' )
		);
		echo '</fieldset>';
	}

	/**
	 * What only Basic needs, and what it risks.
	 */
	private function render_user(): void {
		self::open_group( __( 'User of Mautic', 'connector-for-mautic' ), Method::BASIC );
		printf(
			'<div class="cfm-problem-box"><p><strong>%s</strong> %s</p><p>%s</p></div>',
			esc_html__( 'What this risks:', 'connector-for-mautic' ),
			esc_html__( 'the password of a Mautic user is stored on this site, encrypted, and sent with every call. It does not expire, and the only way to withdraw it is to change it in Mautic.', 'connector-for-mautic' ),
			esc_html__( 'Give this site a user of its own, with a role that may do only what is needed here, and use an address with https:// only.', 'connector-for-mautic' )
		);
		$this->fields->render_text(
			'username',
			__( 'User name', 'connector-for-mautic' ),
			__( 'Name or e-mail address with which that user logs in to Mautic.', 'connector-for-mautic' )
		);
		$this->fields->render_secret(
			'password',
			__( 'Password', 'connector-for-mautic' ),
			__( 'It is stored encrypted and never shown again.', 'connector-for-mautic' ),
			__( 'A password is stored, encrypted, and is never shown. Leave this empty to keep it.', 'connector-for-mautic' )
		);
		echo '</fieldset>';
	}

	/**
	 * What hardly anybody has to touch; open if somebody has, or has to.
	 */
	private function render_more(): void {
		printf(
			'<details class="cfm-more"%s><summary>%s</summary>',
			$this->fields->differ( self::USUAL ) || $this->header_is_lost() ? ' open' : '',
			esc_html__( 'More settings', 'connector-for-mautic' )
		);
		self::open_group( __( 'Lifetime', 'connector-for-mautic' ), Method::AUTHORIZATION_CODE );
		$this->fields->render_text(
			'refresh_token_lifetime_days',
			__( 'Refresh token lifetime (days)', 'connector-for-mautic' ),
			__( 'As it stands in Mautic under Settings, Configuration, API Settings. Mautic does not tell it to this site, which needs it to renew in time.', 'connector-for-mautic' ),
			array(
				'inputmode' => 'numeric',
				'class'     => 'small-text',
			)
		);
		echo '</fieldset>';
		$this->render_token_in_query();
		self::open_group( __( 'If the header is lost', 'connector-for-mautic' ), Method::BASIC );
		$this->render_lines();
		echo '</fieldset>';
		$this->render_mails();
		printf( '<div class="cfm-field"><h3>%s</h3><p>%s</p></div></details>', esc_html__( 'Encryption key', 'connector-for-mautic' ), esc_html( self::key_origin() ) );
	}

	/**
	 * Begins a group of fields. Its title is seen where the groups of all methods are.
	 *
	 * @param string $title      Its title.
	 * @param Method ...$methods Those that need it.
	 */
	private static function open_group( string $title, Method ...$methods ): void {
		printf(
			'<fieldset class="cfm-group" data-methods="%s"><legend class="screen-reader-text">%s</legend><p class="cfm-when">%s</p>',
			esc_attr( implode( ' ', array_column( $methods, 'value' ) ) ),
			esc_html( $title ),
			/* translators: %s: one or two methods, such as "Authorization code" */
			esc_html( sprintf( __( 'Needed for: %s. Otherwise leave this as it is.', 'connector-for-mautic' ), implode( ', ', array_map( static fn( $method ) => $method->label(), $methods ) ) ) )
		);
	}

	/**
	 * The way round a web server that takes the Authorization header away, and what mends it.
	 */
	private function render_token_in_query(): void {
		self::open_group( __( 'If the header is lost', 'connector-for-mautic' ), Method::AUTHORIZATION_CODE, Method::CLIENT_CREDENTIALS );
		printf( '<div class="cfm-field"><h3>%s</h3>', esc_html__( 'If the header is lost', 'connector-for-mautic' ) );
		$this->fields->render_checkbox( 'token_in_query', __( 'Send the access token in the address', 'connector-for-mautic' ), 'cfm-token_in_query-help' );
		printf(
			'<div id="cfm-token_in_query-help"><p class="description">%s</p><p class="description">%s</p></div></div>',
			esc_html( $this->fields->origin( 'token_in_query' ) ?? __( 'Leave this off unless Test connection says that Mautic’s web server takes the Authorization header away, and nobody can mend that.', 'connector-for-mautic' ) ),
			esc_html__( 'If it is on, the token stands in the address of each API call, and the logs of web servers keep addresses: whoever reads them can use it until it ends.', 'connector-for-mautic' )
		);
		$this->render_lines();
		echo '</fieldset>';
	}

	/**
	 * What has Mautic's web server hand the header on; open while it does not.
	 */
	private function render_lines(): void {
		printf(
			'<details class="cfm-lines"%s><summary>%s</summary>',
			$this->header_is_lost() ? ' open' : '',
			esc_html__( 'The line that mends it on Mautic’s web server', 'connector-for-mautic' )
		);
		$places = array(
			'Apache' => __( 'Apache, in the .htaccess of Mautic', 'connector-for-mautic' ),
			'nginx'  => __( 'nginx, beside fastcgi_pass', 'connector-for-mautic' ),
		);
		foreach ( $places as $server => $place ) {
			printf( '<p>%s</p><pre><code>%s</code></pre>', esc_html( $place ), esc_html( Server_Messages::HEADER_LINES[ $server ] ) );
		}
		echo '</details>';
	}

	/**
	 * Whether the web server was last seen to take the header away.
	 */
	private function header_is_lost(): bool {
		return in_array( 'api.header_stripped', array( $this->code, $this->status['last_error']['code'] ?? '' ), true );
	}

	/**
	 * Which mails are wanted.
	 */
	private function render_mails(): void {
		printf( '<fieldset class="cfm-field" aria-describedby="cfm-mails-help"><legend>%s</legend>', esc_html__( 'E-mails', 'connector-for-mautic' ) );
		$this->fields->render_checkbox( 'notify_lost', __( 'E-mail when the connection is lost', 'connector-for-mautic' ) );
		$this->fields->render_checkbox( 'notify_recovered', __( 'E-mail when it works again', 'connector-for-mautic' ) );
		printf(
			'<p class="description" id="cfm-mails-help">%s</p></fieldset>',
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
	 * What the key is made of that encrypts what is stored.
	 */
	private static function key_origin(): string {
		return null === Overrides::source( 'key' )
			? __( 'Made of AUTH_KEY and AUTH_SALT in wp-config.php. If they change, the connection cannot be read until they are back.', 'connector-for-mautic' )
			: Overrides::origin( 'key' );
	}
}
