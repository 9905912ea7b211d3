<?php
/**
 * Settings from outside the database, as the page shows them and as nothing stores them.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Storage;

final class OutsideSettingsTest extends Plugin_Case {

	/** Each with a value that is in nothing else. */
	private const VALUES = array(
		'auth_method'                 => 'client_credentials',
		'base_url'                    => 'https://outside.example.test',
		'client_id'                   => '7_outside-client',
		'client_secret'               => 'outside-secret',
		'username'                    => 'outside-user',
		'password'                    => 'outside-password',
		'refresh_token_lifetime_days' => '37',
		'token_in_query'              => '1',
	);

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
		$this->mautic_without_faults();
	}

	protected function tearDown(): void {
		foreach ( array_keys( self::VALUES + array( 'key' => '' ) ) as $name ) {
			putenv( 'CONNECTOR_FOR_MAUTIC_' . strtoupper( $name ) );
		}
		parent::tearDown();
	}

	private function set( array $values = self::VALUES ): void {
		foreach ( $values as $name => $value ) {
			putenv( 'CONNECTOR_FOR_MAUTIC_' . strtoupper( $name ) . "=$value" );
		}
	}

	public function test_each_is_shown_disabled_with_its_source_and_no_secret(): void {
		$this->set();
		$html = $this->page();
		$page = $this->dom( $html );
		foreach ( self::VALUES as $name => $value ) {
			$this->assertGreaterThan( 0, $page->query( "//input[@name = '$name']" )->length );
			$this->assertSame( 0.0, $page->evaluate( "count(//input[@name = '$name'][not(@disabled)])" ), $name );
			$this->assertStringContainsString( 'environment variable CONNECTOR_FOR_MAUTIC_' . strtoupper( $name ) . '.', $page->evaluate( "string(//*[@id = 'cfm-$name-help'])" ) );
		}
		foreach ( array( 'base_url', 'client_id', 'username', 'refresh_token_lifetime_days' ) as $name ) {
			$this->assertSame( self::VALUES[ $name ], $page->evaluate( "string(//input[@name = '$name']/@value)" ) );
		}
		$this->assertSame( self::VALUES['auth_method'], $page->evaluate( 'string(//input[@name = "auth_method"][@checked]/@value)' ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//input[@name = "token_in_query"][@checked])' ) );
		$this->assertStringNotContainsString( self::VALUES['client_secret'], $html );
		$this->assertStringNotContainsString( self::VALUES['password'], $html );
		$this->assertSame( 0.0, $page->evaluate( 'count(//*[@role = "alert"])' ) );
	}

	public function test_the_browser_checks_with_them_and_knows_no_secret(): void {
		$this->set();
		$data = json_decode( $this->dom( $this->page() )->evaluate( 'string(//script[@id = "connector-for-mautic-data"])' ), true );
		$this->assertSame(
			array_merge( self::VALUES, array( 'client_secret' => 'set', 'password' => 'set', 'token_in_query' => true ) ),
			array_diff_key( $data['core']['overrides'], array( 'allow_http' => 0, 'allow_private_hosts' => 0 ) )
		);
	}

	public function test_nothing_of_them_is_copied_into_the_database(): void {
		$this->set();
		// A browser sends no disabled field; a form that does changes nothing either.
		foreach ( array( array(), self::VALUES ) as $values ) {
			$this->post( 'save', $values + array( 'notify_lost' => '0' ) );
			$this->redirect_of( array( Form_Handler::class, 'save' ) );
			$this->assertTrue( Flash::take()['ok'] );
			$stored = ( new Storage( Cipher::of_site() ) )->read();
			// What a connection belongs to stands in its grant, so that it is never used for anything else.
			$settings = wp_json_encode( json_decode( $stored, true )['settings'], JSON_UNESCAPED_SLASHES );
			foreach ( self::VALUES as $name => $value ) {
				$this->assertStringNotContainsString( 'token_in_query' === $name ? '"token_in_query":true' : $value, $settings, $name );
			}
			$this->assertStringNotContainsString( self::VALUES['client_secret'], $stored );
			$this->assertStringNotContainsString( self::VALUES['password'], $stored );
		}
	}

	public function test_what_is_wrong_with_them_is_told_by_name_and_at_the_field(): void {
		$this->set(
			array(
				'auth_method'                 => 'magic',
				'base_url'                    => 'https://me:topsecret@outside.example.test',
				'password'                    => "pass\nword-of-two-lines",
				'refresh_token_lifetime_days' => 'nonsense',
			)
		);
		$html = $this->page();
		$page = $this->dom( $html );
		foreach ( array( 'auth_method', 'base_url', 'password', 'refresh_token_lifetime_days' ) as $name ) {
			$this->assertSame( 1.0, $page->evaluate( "count(//*[@role = 'alert']//code[. = 'CONNECTOR_FOR_MAUTIC_" . strtoupper( $name ) . "'])" ) );
			$this->assertNotSame( '', $page->evaluate( "string(//*[@id = 'cfm-$name-problem'])" ), $name );
		}
		$this->assertStringNotContainsString( 'topsecret', $html );
		$this->assertStringNotContainsString( 'word-of-two-lines', $html );
		$this->assertSame( 0.0, $page->evaluate( 'count(//input[@name = "auth_method"][@checked])' ) );
		$this->assertSame( 'not_configured', connector_for_mautic_status()['status'] );
	}

	public function test_the_source_of_the_key_is_shown(): void {
		$row = '//*[h3 = "Encryption key"]/p';
		$this->assertStringContainsString( 'AUTH_KEY and AUTH_SALT', $this->dom( $this->page() )->evaluate( "string($row)" ) );
		$this->set( array( 'key' => 'a key from the environment, long enough' ) );
		$html = $this->page();
		$this->assertStringContainsString( 'environment variable CONNECTOR_FOR_MAUTIC_KEY', $this->dom( $html )->evaluate( "string($row)" ) );
		$this->assertStringNotContainsString( 'a key from the environment', $html );
	}

	public function test_a_key_that_is_too_short_is_named(): void {
		$this->set( array( 'key' => 'too short' ) );
		$result = Form_Handler::save_values( array( 'base_url' => 'https://mautic.example.test', 'client_id' => '1_abc', 'client_secret' => 's3cret' ) );
		$this->assertSame( 'connection.key_missing', $result->error()['code'] );
		$this->assertStringContainsString( 'CONNECTOR_FOR_MAUTIC_KEY is too short', $result->to_wp_error()->get_error_message() );
		$this->assertNull( $this->row( Storage::option_name() ) );
	}

	public function test_a_constant_is_named_as_one(): void {
		list( , $output ) = $this->php(
			'-r',
			sprintf(
				'define( "CONNECTOR_FOR_MAUTIC_USERNAME", "ada" ); $_SERVER["HTTP_HOST"] = "x"; require %s; echo Connector_For_Mautic\Overrides::origin( "username" );',
				var_export( SITE . '/wp-load.php', true )
			)
		);
		$this->assertStringContainsString( 'the constant CONNECTOR_FOR_MAUTIC_USERNAME', $output );
	}
}
