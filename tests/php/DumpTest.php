<?php
/**
 * A dump of the database, at every moment of a connection's life: every column of every row of every table, and
 * nothing in them that is worth stealing, however it is spelt.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class DumpTest extends Plugin_Case {

	private static Stand_In $mautic;

	/** @var array<string, string> What must not be there, with what it is. */
	private array $secrets;

	public static function setUpBeforeClass(): void {
		self::$mautic = new Stand_In();
	}

	public static function tearDownAfterClass(): void {
		self::$mautic->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		self::$mautic->control( 'POST', 'reset' );
		self::$mautic->control( 'PATCH', 'settings', array( 'basic_enabled' => true ) );
		wp_set_current_user( 1 );
		$this->secrets = array(
			AUTH_KEY  => 'AUTH_KEY',
			AUTH_SALT => 'AUTH_SALT',
			Stand_In::CLIENT_SECRET => 'the client secret',
			Stand_In::PASSWORD => 'the password',
			base64_encode( 'admin:' . Stand_In::PASSWORD ) => 'the Basic header',
			Closure::bind( static fn() => Cipher::of_site()->key, null, Cipher::class )() => 'the key',
		);
	}

	public function test_the_search_finds_what_is_there(): void {
		foreach ( Dump::spellings( Stand_In::PASSWORD ) as $spelling ) {
			update_option( 'planted', "x$spelling" );
			$this->assertContains( 'the password in wp_options', Dump::search( $this->secrets ), $spelling );
		}
		delete_option( 'planted' );
		foreach ( array( 0, 1, 2 ) as $before ) {
			update_user_meta( 1, 'planted', base64_encode( str_repeat( 'x', $before ) . Stand_In::PASSWORD . 'yy' ) );
			$this->assertSame( array( 'the password in wp_usermeta' ), Dump::search( $this->secrets ) );
		}
	}

	public function test_with_an_authorization_code(): void {
		$settings = array( 'base_url' => self::$mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET );
		$this->press( 'save', array( 'base_url' => 'ftp://no' ) + $settings, 'a mistake' );
		$this->press( 'save', array( 'base_url' => 'http://admin:' . rawurlencode( Stand_In::PASSWORD ) . '@localhost' ) + $settings, 'a password in the address' );
		$this->press( 'save', array( 'client_id' => Stand_In::CLIENT_ID . ' ' . Stand_In::CLIENT_SECRET ) + $settings, 'a pair in one field' );
		$this->press( 'save', $settings, 'settings' );

		$state = $this->authorize();
		$this->assert_no_secret( 'an authorization under way' );
		$this->come_back( 'cfm1.' . str_repeat( 'A', 32 ), 'a-forged-code', 'a forged return' );
		$this->come_back( $state, 'a-code-that-is-wrong', 'an exchange that failed' );
		$this->repeat( '/oauth/v2/token', 400, 'another-code-that-is-wrong' );
		$this->come_back( $this->authorize(), 'another-code-that-is-wrong', 'a refusal that repeats what was sent' );

		$state = $this->authorize();
		self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'value' => 'the-code-of-the-test', 'redirect_uri' => admin_url( 'admin.php' ) ) );
		$this->come_back( $state, 'the-code-of-the-test', 'a connection' );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->use_it();
		$this->press( 'explain', array( 'text' => admin_url( "admin.php?state=$state&code=the-code-of-the-test" ) ), 'a return that was pasted' );
		$this->press( 'explain', array( 'text' => self::$mautic->url . '/oauth/v2/authorize?client_id=1_abc&state=' . $state . '&client_secret=' . Stand_In::CLIENT_SECRET ), 'an address that was pasted' );
		$this->authorize();
		$this->assert_no_secret( 'another authorization beside a connection' );
		$this->press( 'disconnect', array(), 'no connection any more' );
	}

	public function test_with_client_credentials(): void {
		$settings = array( 'auth_method' => 'client_credentials', 'base_url' => self::$mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET );
		$this->press( 'save', array( 'client_id' => '' ) + $settings, 'a mistake' );
		$this->press( 'save', $settings, 'settings' );
		$this->repeat( '/oauth/v2/token' );
		$this->press( 'test', array(), 'a refusal that repeats what was sent' );
		$this->press( 'test', array(), 'a connection' );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->use_it();
	}

	public function test_with_basic(): void {
		$settings = array( 'auth_method' => 'basic', 'base_url' => self::$mautic->url, 'username' => 'admin', 'password' => Stand_In::PASSWORD );
		$this->press( 'save', array( 'username' => '' ) + $settings, 'a mistake' );
		$this->press( 'save', $settings, 'settings' );
		$this->press( 'test', array(), 'a connection' );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->use_it();
	}

	/** Calls, renewals, and how they fail. */
	private function use_it(): void {
		$this->assertIsArray( connector_for_mautic_request( 'GET', 'contacts' ) );
		$this->assert_no_secret( 'a call' );
		$this->repeat( '/api/' );
		connector_for_mautic_request( 'GET', 'contacts' );
		$this->assert_no_secret( 'a call that failed' );
		self::$mautic->control( 'POST', 'faults', array( 'path' => '/api/', 'kind' => 'drop' ) );
		connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => 'ada@example.test' ) ) );
		$this->assert_no_secret( 'a call without an answer' );
		$this->press( 'refresh', array(), 'a renewal' );
		$this->repeat( '/oauth/v2/token', 500 );
		$this->press( 'refresh', array(), 'a renewal that failed' );
		self::$mautic->control( 'POST', 'faults', array( 'path' => '/oauth/v2/token', 'kind' => 'lose_answer' ) );
		$this->press( 'refresh', array(), 'a renewal whose answer was lost' );
		$this->press( 'test', array(), 'a test' );
	}

	/** Has Mautic refuse the next request to a path, and say again what is sent with it. */
	private function repeat( string $path, int $status = 400, string ...$more ): void {
		$document = json_decode( ( new Storage( Cipher::of_site() ) )->read() );
		$sent     = array( $document->settings->client_secret ?? '', $document->grant->refresh_token ?? '', ...$more );
		if ( '/api/' === $path ) {
			$password = $document->settings->password ?? '';
			$sent     = array( $document->grant->access_token ?? '', $password, '' === $password ? '' : base64_encode( "admin:$password" ) );
		}
		$said = implode( ' ', array_filter( $sent ) );
		self::$mautic->control( 'POST', 'faults', array( 'path' => $path, 'method' => '/api/' === $path ? 'GET' : 'POST', 'kind' => 'respond', 'status' => $status, 'headers' => array( 'content-type' => 'application/json' ), 'body' => wp_json_encode( array( 'errors' => array( array( 'message' => "No: $said", 'code' => $status ) ) ) ) ) );
	}

	/** Presses Authorize; returns the state, which is from then on a secret. */
	private function authorize(): string {
		$url = Runner::of_site()->run( Form_Handler::authorize_event() )->redirect;
		parse_str( wp_parse_url( $url, PHP_URL_QUERY ), $query );
		$this->secrets[ $query['state'] ] = 'the state';
		return $query['state'];
	}

	private function come_back( string $state, string $code, string $moment ): void {
		$this->secrets[ $code ]    = 'the code';
		$_GET                      = compact( 'state', 'code' );
		$_SERVER['QUERY_STRING']   = http_build_query( $_GET );
		$_SERVER['REQUEST_METHOD'] = 'GET';
		$GLOBALS['pagenow']        = 'admin.php';
		$this->redirect_of( array( Authorize_Return::class, 'maybe_handle' ) );
		$_GET = array();
		unset( $_SERVER['QUERY_STRING'], $GLOBALS['pagenow'] );
		$this->assert_no_secret( $moment );
	}

	/** Posts a form; what it leaves for the page is there when the dump is made. */
	private function press( string $form, array $values, string $moment ): void {
		$this->post( $form, $values );
		$this->redirect_of( array( Form_Handler::class, $form ) );
		$this->assertNotFalse( get_transient( 'connector_for_mautic_flash_1' ), $moment );
		$this->assert_no_secret( $moment );
	}

	private function assert_no_secret( string $moment ): void {
		$this->learn();
		$this->assertSame( array(), Dump::search( $this->secrets ), $moment );
	}

	/** Adds what Mautic has given out. */
	private function learn(): void {
		$tokens = self::$mautic->control( 'GET', 'tokens' );
		foreach ( array( 'codes' => 'the code', 'access_tokens' => 'an access token', 'refresh_tokens' => 'a refresh token' ) as $list => $kind ) {
			foreach ( $tokens[ $list ] as $token ) {
				$this->secrets[ $token['value'] ] = $kind;
			}
		}
	}
}
