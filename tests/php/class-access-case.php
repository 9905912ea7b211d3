<?php
/**
 * A connected site, and people who knock.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;

/**
 * Serves the site, connected to a stand-in, and asks it over HTTP as different people. What is refused must
 * leave every row of the plugin's as it is, send Mautic nothing, and tell no secret.
 */
abstract class Access_Case extends Plugin_Case {

	protected static Site_Server $site;

	protected static Stand_In $mautic;

	/** @var array<string, int> Users by what they are. */
	protected static array $users;

	/** @var array<string, string> The plugin's rows of the connected site. */
	protected static array $connected;

	/** @var array<string, string> The tokens that Mautic gave it, by kind. */
	private static array $tokens;

	public static function setUpBeforeClass(): void {
		self::$mautic = new Stand_In();
		self::$site   = new Site_Server();
		self::$users  = array( 'administrator' => 1 );
		foreach ( array( 'another administrator' => 'administrator', 'editor' => 'editor', 'subscriber' => 'subscriber' ) as $who => $role ) {
			self::$users[ $who ] = wp_insert_user( array( 'user_login' => strtr( $who, ' ', '-' ), 'user_pass' => 'x', 'role' => $role, 'user_email' => strtr( $who, ' ', '-' ) . '@example.test' ) );
		}
		self::forget();
		wp_set_current_user( 1 );
		Form_Handler::save_values( array( 'base_url' => self::$mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET ) );
		parse_str( (string) wp_parse_url( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
		$code   = self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'redirect_uri' => Authorize_Return::redirect_uri() ) )['value'];
		$result = Authorize_Return::handle( "state={$query['state']}&code=$code" );
		if ( ! $result->ok() ) {
			throw new RuntimeException( (string) wp_json_encode( $result->error() ) );
		}
		self::$connected = self::rows();
		$given           = self::$mautic->control( 'GET', 'tokens' );
		self::$tokens    = array( 'access' => end( $given['access_tokens'] )['value'], 'refresh' => end( $given['refresh_tokens'] )['value'] );
	}

	public static function tearDownAfterClass(): void {
		require_once ABSPATH . 'wp-admin/includes/user.php';
		array_map( 'wp_delete_user', array_diff( self::$users, array( 1 ) ) );
		self::forget();
		self::$site->stop();
		self::$mautic->stop();
	}

	private static function forget(): void {
		array_map( 'delete_option', array_keys( self::rows() ) );
		wp_clear_scheduled_hook( Connector_For_Mautic\Cron::HOOK );
	}

	protected function setUp(): void {
		parent::setUp();
		$this->connect_again();
	}

	/** Brings every row of the plugin's, and Mautic, back to where the site was just connected. */
	protected function connect_again(): void {
		$this->for_good(
			static function (): void {
				global $wpdb;
				foreach ( array_diff_key( self::rows(), self::$connected ) as $name => $value ) {
					$wpdb->delete( $wpdb->options, array( 'option_name' => $name ) );
				}
				foreach ( self::$connected as $name => $value ) {
					$wpdb->replace( $wpdb->options, array( 'option_name' => $name, 'option_value' => $value, 'autoload' => 'off' ) );
				}
			}
		);
		foreach ( self::$tokens as $kind => $value ) {
			self::$mautic->control( 'POST', 'tokens', array( 'kind' => $kind, 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'value' => $value ) );
		}
		self::$mautic->control( 'DELETE', 'requests' );
	}

	/** @return array<string, string> Every row of the plugin's, as it lies in the database. */
	protected static function rows(): array {
		global $wpdb;
		return array_column( $wpdb->get_results( "SELECT option_name, option_value FROM $wpdb->options WHERE option_name LIKE '%connector\\_for\\_mautic%' ORDER BY option_name", ARRAY_A ), 'option_value', 'option_name' );
	}

	/**
	 * Logs somebody in.
	 *
	 * @param string $who As in $users; with an empty string nobody.
	 * @return array{0: string, 1: Closure} Line of the cookies, and what makes a nonce of the session for an action,
	 *                                      now or some ticks of half a day ago.
	 */
	protected static function log_in( string $who ): array {
		$user    = self::$users[ $who ] ?? 0;
		$expires = time() + 600;
		$token   = $user ? WP_Session_Tokens::get_instance( $user )->create( $expires ) : '';
		$cookies = $user ? array(
			AUTH_COOKIE      => wp_generate_auth_cookie( $user, $expires, 'auth', $token ),
			LOGGED_IN_COOKIE => wp_generate_auth_cookie( $user, $expires, 'logged_in', $token ),
		) : array();
		$nonce   = static function ( string $action, int $ticks_ago = 0 ) use ( $user, $cookies ): string {
			// A nonce is its user's, its session's and its half day's.
			$_COOKIE[ LOGGED_IN_COOKIE ] = $cookies[ LOGGED_IN_COOKIE ] ?? '';
			wp_set_current_user( $user );
			$life = static fn( $life ) => 0 === $ticks_ago ? $life : 2 * time() / ( ceil( time() / ( $life / 2 ) ) - $ticks_ago - 0.5 );
			add_filter( 'nonce_life', $life );
			try {
				return wp_create_nonce( $action );
			} finally {
				remove_filter( 'nonce_life', $life );
				unset( $_COOKIE[ LOGGED_IN_COOKIE ] );
				wp_set_current_user( 0 );
			}
		};
		return array( 'Cookie: ' . http_build_query( $cookies, '', '; ' ), $nonce );
	}

	/** Fails if anything is stored, or was asked of Mautic, since the site was connected. */
	protected function assert_untouched( string $what ): void {
		$this->assertSame( self::$connected, $this->for_good( static fn() => self::rows() ), $what );
		$this->assertSame( array(), self::$mautic->requests(), $what );
	}

	/** Fails if an answer has in it what only the key opens, or what Mautic has given out. */
	protected function assert_no_secret( array $answer, string $what ): void {
		$text    = $answer['body'] . wp_json_encode( $answer['headers'], JSON_UNESCAPED_SLASHES );
		$tokens  = self::$mautic->control( 'GET', 'tokens' );
		$secrets = array( AUTH_KEY, AUTH_SALT, Stand_In::CLIENT_SECRET, ...array_column( $tokens['access_tokens'], 'value' ), ...array_column( $tokens['refresh_tokens'], 'value' ) );
		$this->assertGreaterThanOrEqual( 5, count( $secrets ) );
		foreach ( $secrets as $secret ) {
			$this->assertStringNotContainsString( $secret, $text, $what );
		}
	}

	/** Asks the site, outside of the test's transaction. */
	protected function ask( string $method, string $path, array $headers = array(), string $body = '' ): array {
		return $this->for_good( static fn() => self::$site->ask( $method, $path, $headers, $body ) );
	}
}
