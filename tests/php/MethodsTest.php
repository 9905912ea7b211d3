<?php
/**
 * The page with each method, from the form to a connection and its end.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Admin_Notice;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;

final class MethodsTest extends Connected_Case {

	private const CLIENT = array(
		'auth_method'   => 'client_credentials',
		'base_url'      => 'https://mautic.example.test',
		'client_id'     => '1_abc',
		'client_secret' => 's3cret',
	);

	private const USER = array(
		'auth_method' => 'basic',
		'base_url'    => 'https://mautic.example.test',
		'username'    => 'site-user',
		'password'    => ' pass: wörd ',
	);

	protected function tearDown(): void {
		$_GET = array();
		parent::tearDown();
	}

	/** Presses a button of the page, and shows the page that follows. */
	private function press( string $form, array $values = array() ): DOMXPath {
		$this->post( $form, $values );
		if ( 'save' === $form ) {
			add_filter( 'pre_http_request', array( self::class, 'faultless_answer' ), 5, 3 );
		}
		$this->redirect_of( array( Form_Handler::class, $form ) );
		remove_filter( 'pre_http_request', array( self::class, 'faultless_answer' ), 5 );
		return $this->dom( $this->page() );
	}

	/** @return array<string, string> The card's facts, with their second lines. */
	private function card( DOMXPath $page ): array {
		$facts = array();
		foreach ( $page->query( '//dl/div' ) as $fact ) {
			$facts[ $page->evaluate( 'string(dt)', $fact ) ] = implode( '; ', array_map( static fn( $node ) => trim( $node->textContent ), iterator_to_array( $page->query( 'dd/span[not(@aria-hidden)]', $fact ) ) ) );
		}
		return $facts;
	}

	/** @return string[] */
	private function buttons( DOMXPath $page ): array {
		return array_map( static fn( $button ) => $button->textContent, iterator_to_array( $page->query( '//section[contains(@class, "cfm-connection")]//button[not(@disabled)]' ) ) );
	}

	public function test_client_credentials_from_the_form_to_the_card(): void {
		$page = $this->press( 'save', self::CLIENT );
		$this->assertStringContainsString( 'it accepts the credentials. Now press Test connection.', $page->evaluate( 'string(//*[@role = "status"])' ) );
		$this->assertSame( 'Ready', $this->card( $page )['Connection status'] );
		$this->assertSame( 'Test connection', $page->evaluate( 'string(//button[contains(@class, "button-primary")][not(@disabled)][1])' ) );
		$this->answers = array(
			...$this->opening(),
			$this->json( array( 'access_token' => 'access-1', 'expires_in' => 3600, 'token_type' => 'bearer', 'scope' => null ) ),
			$this->json( array( 'username' => 'WordPress [1]', 'firstName' => 'WordPress', 'lastName' => '[1]', 'role' => array( 'name' => 'Administrator' ) ), 200, array( 'mautic-version' => '7.0.0' ) ),
			$this->contacts(),
		);
		$page          = $this->press( 'test' );
		$card          = $this->card( $page );
		$this->assertSame( 'Connected', $card['Connection status'] );
		$this->assertSame( 'none; WordPress [1], role Administrator', $card['Account e-mail'] );
		$this->assertStringStartsWith( 'not needed', $card['Reconnect by'] );
		$this->assertNotSame( 'none yet', $card['Token renewal'] );
		$this->assertSame( array( 'Refresh token', 'Test connection', 'Disconnect' ), $this->buttons( $page ) );
	}

	public function test_basic_from_the_form_to_the_card(): void {
		$page = $this->press( 'save', self::USER );
		$this->assertStringContainsString( 'its API is on. Now press Test connection.', $page->evaluate( 'string(//*[@role = "status"])' ) );
		$this->answers = array( ...$this->opening( false ), $this->json( array( 'id' => 3, 'username' => 'site-user', 'firstName' => 'Site', 'lastName' => 'User', 'email' => 'site@example.test', 'role' => array( 'name' => 'Contacts' ) ), 200, array( 'mautic-version' => '6.0.0' ) ), $this->contacts() );
		$page          = $this->press( 'test' );
		$card          = $this->card( $page );
		$this->assertSame( 'Connected', $card['Connection status'] );
		$this->assertSame( 'site@example.test; Site User, role Contacts', $card['Account e-mail'] );
		$this->assertStringStartsWith( 'not needed', $card['Reconnect by'] );
		$this->assertStringStartsWith( 'not needed', $card['Token renewal'] );
		$this->assertSame( array( 'Test connection', 'Disconnect' ), $this->buttons( $page ) );
		$this->assertSame( base64_encode( self::USER['username'] . ':' . self::USER['password'] ), substr( end( $this->requests )[3]['Authorization'] ?? end( $this->requests )[3]['authorization'], 6 ), 'to the byte' );
		$html = $this->page();
		$this->assertStringNotContainsString( self::USER['password'], $html );
		$this->assertSame( 'site-user', $this->dom( $html )->evaluate( 'string(//input[@name = "username"]/@value)' ) );
		$this->assertSame( '', $this->dom( $html )->evaluate( 'string(//input[@name = "password"]/@value)' ) );
	}

	/** @dataProvider refusals */
	public function test_a_refusal_is_explained_in_the_words_of_the_method( array $settings, int $good, array $refusal, string $words ): void {
		$this->press( 'save', $settings );
		$this->answers = array( ...array_slice( $this->opening( self::CLIENT === $settings ), 0, $good ), $this->json( ...$refusal ) );
		$page          = $this->press( 'test' );
		$this->assertStringContainsString( $words, $page->evaluate( 'string(//*[@role = "alert"])' ) );
		$this->assertStringNotContainsString( 'Authorize', $page->evaluate( 'string(//*[@role = "alert"])' ) );
	}

	public function refusals(): array {
		$error = static fn( int $status, ?string $type, string $message ) => array( array( 'errors' => array( compact( 'message', 'type' ) + array( 'code' => $status ) ) ), $status );
		return array(
			'a client that no administrator made' => array( self::CLIENT, 3, $error( 400, 'unauthorized_client', 'The grant type is unauthorized for this client_id' ), 'whoever created them was no administrator' ),
			'a wrong client secret'               => array( self::CLIENT, 1, $error( 400, 'invalid_client', 'The client credentials are invalid' ), 'press Test connection' ),
			'Basic switched off'                  => array( self::USER, 2, $error( 403, 'access_denied', 'Basic Auth disabled.' ), 'Enable HTTP basic auth?' ),
		);
	}

	public function test_the_notice_elsewhere_speaks_of_the_method(): void {
		$this->press( 'save', self::USER );
		$this->answers = array(
			...$this->opening( false ),
			$this->json( array( 'username' => 'site-user', 'role' => array( 'name' => 'Contacts' ) ) ),
			$this->contacts(),
			$this->json( array( 'errors' => array( array( 'message' => 'Authorization denied, invalid credentials.', 'code' => 401, 'type' => 'access_denied' ) ) ), 401 ),
			// The header does arrive: a token that is none is refused as such.
			$this->json( array( 'errors' => array( array( 'message' => 'The access token provided is invalid.', 'code' => 401, 'type' => 'invalid_grant' ) ) ), 401 ),
		);
		$this->press( 'test' );
		$this->assertFalse( Runner::of_site()->run( array( 'type' => 'test' ) )->ok() );
		set_current_screen( 'dashboard' );
		ob_start();
		Admin_Notice::render();
		$notice = $this->dom( ob_get_clean() );
		unset( $GLOBALS['current_screen'] );
		$this->assertStringContainsString( 'refused the user name or the password', $notice->evaluate( 'string(//*[@role = "region"])' ) );
		$this->assertStringNotContainsString( 'Authorize', $notice->evaluate( 'string(//*[@role = "region"])' ) );
		$this->assertSame( 1.0, $notice->evaluate( 'count(//a[. = "Open the page “Mautic”"])' ) );
	}

	public function test_disconnect_asks_says_what_it_did_and_holds(): void {
		foreach ( array( array( self::CLIENT, 'delete them there' ), array( self::USER, 'change that user’s password' ) ) as list( $settings, $words ) ) {
			Runner::of_site()->run( array( 'type' => 'reset' ) );
			$this->press( 'save', $settings );
			$this->answers = array(
				...$this->opening( self::CLIENT === $settings ),
				...( self::CLIENT === $settings ? array( $this->json( array( 'access_token' => 'access-1', 'expires_in' => 3600, 'token_type' => 'bearer' ) ) ) : array() ),
				$this->json( array( 'username' => 'ada', 'role' => array( 'name' => 'Administrator' ) ) ),
				$this->contacts(),
			);
			$this->press( 'test' );
			$this->requests = array();
			$_GET = array( 'page' => 'connector-for-mautic', 'confirm' => 'disconnect' );
			$this->assertStringContainsString( 'so that Test connection connects it again', $this->dom( $this->page() )->evaluate( 'string(//section[contains(@class, "cfm-question")])' ) );
			$_GET = array();
			$page = $this->press( 'disconnect' );
			$this->assertStringContainsString( $words, $page->evaluate( 'string(//*[@role = "status"])' ) );
			$this->assertSame( 'connector_for_mautic.connection.disconnected', connector_for_mautic_request( 'GET', 'contacts' )->get_error_code() );
			$this->assertSame( array(), $this->requests );
		}
	}

	public function test_another_method_keeps_the_settings_of_the_one_before(): void {
		$this->press( 'save', self::CLIENT );
		$page = $this->press( 'save', self::USER );
		$this->assertSame( '1_abc', $page->evaluate( 'string(//input[@name = "client_id"]/@value)' ) );
		$this->assertNotSame( '', $page->evaluate( 'string(//input[@name = "client_secret"]/@placeholder)' ), 'is still there' );
		// What the script sends of a form whose other groups are hidden.
		$page = $this->press( 'save', array( 'auth_method' => 'client_credentials', 'base_url' => self::CLIENT['base_url'] ) );
		$this->assertSame( 'client_credentials', $page->evaluate( 'string(//input[@name = "auth_method"][@checked]/@value)' ) );
		$this->assertSame( 'site-user', $page->evaluate( 'string(//input[@name = "username"]/@value)' ) );
		$this->assertSame( 'Ready', $this->card( $page )['Connection status'] );
	}

	public function test_after_a_mistake_the_method_is_still_chosen_and_no_password_remembered(): void {
		$page = $this->press( 'save', array( 'base_url' => 'ftp://mautic.example.test' ) + self::USER );
		$this->assertSame( 'basic', $page->evaluate( 'string(//input[@name = "auth_method"][@checked]/@value)' ) );
		$this->assertSame( 'site-user', $page->evaluate( 'string(//input[@name = "username"]/@value)' ) );
		$this->assertNull( Flash::take() );
		$this->assertStringNotContainsString( self::USER['password'], $this->page() );
	}

	public function test_without_a_script_every_group_is_there_and_says_whom_it_is_for(): void {
		$page   = $this->dom( $this->page() );
		$groups = array(
			'client_id'                   => array( 'authorization_code client_credentials', 'Authorization code, Client credentials' ),
			'client_secret'               => array( 'authorization_code client_credentials', 'Authorization code, Client credentials' ),
			'token_in_query'              => array( 'authorization_code client_credentials', 'Authorization code, Client credentials' ),
			'refresh_token_lifetime_days' => array( 'authorization_code', 'Authorization code' ),
			'username'                    => array( 'basic', 'Basic' ),
			'password'                    => array( 'basic', 'Basic' ),
		);
		foreach ( $groups as $name => list( $methods, $labels ) ) {
			$group = "//fieldset[@data-methods = '$methods'][not(@disabled or @hidden)][.//input[@name = '$name'][not(@disabled)]]";
			$this->assertSame( 1.0, $page->evaluate( "count($group)" ), $name );
			$this->assertSame( "Needed for: $labels. Otherwise leave this as it is.", $page->evaluate( "string($group/*[@class = 'cfm-when'])" ) );
		}
	}

	public function test_the_token_in_the_address_is_off_until_somebody_switches_it_on(): void {
		$this->assertSame( 0.0, $this->press( 'save', self::CLIENT )->evaluate( 'count(//input[@name = "token_in_query"][@checked])' ) );
		$this->assertSame( 1.0, $this->press( 'save', array( 'token_in_query' => '1' ) + self::CLIENT )->evaluate( 'count(//input[@name = "token_in_query"][@checked])' ) );
		$this->assertSame( 1.0, $this->press( 'save', self::USER )->evaluate( 'count(//input[@name = "token_in_query"][@checked])' ), 'not sent, so as it was' );
	}

	public function test_a_lost_header_opens_the_lines_that_mend_it_and_the_way_round_is_to_be_tested(): void {
		$this->press( 'save', self::CLIENT );
		$stripped      = $this->json( array( 'errors' => array( array( 'message' => 'API authorization denied.', 'code' => 401, 'type' => 'access_denied' ) ) ), 401 );
		$this->answers = array( ...array_slice( $this->opening(), 0, 2 ), $stripped );
		$page          = $this->press( 'test' );
		$this->assertStringContainsString( 'takes the Authorization header away', $page->evaluate( 'string(//*[@role = "alert"])' ) );
		$this->assertStringContainsString( 'HTTP_AUTHORIZATION $http_authorization;', $page->evaluate( 'string(//*[@id = "cfm-doctor"]//li[contains(@class, "cfm-step-failed")])' ), 'before there is a connection, the step has the lines' );
		$this->answers = array(
			...$this->opening(),
			$this->json( array( 'access_token' => 'access-1', 'expires_in' => 3600, 'token_type' => 'bearer' ) ),
			$this->json( array( 'username' => 'ada', 'role' => array( 'name' => 'Administrator' ) ) ),
			$this->contacts(),
		);
		$this->press( 'test' );
		$this->answers = array( ...array_slice( $this->opening(), 0, 2 ), $stripped );
		$page          = $this->press( 'test' );
		$this->assertSame( 1.0, $page->evaluate( 'count(//fieldset[contains(@data-methods, "client_credentials")]//details[@class = "cfm-lines"][@open][.//code[contains(., "HTTP_AUTHORIZATION $http_authorization;")]])' ) );
		$page = $this->press( 'save', array( 'token_in_query' => '1' ) + self::CLIENT );
		$this->assertStringContainsString( 'Press Test connection to see', $page->evaluate( 'string(//*[@role = "status"])' ) );
	}
}
