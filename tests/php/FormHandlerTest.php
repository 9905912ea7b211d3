<?php
/**
 * The forms.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

final class FormHandlerTest extends Plugin_Case {

	private const VALUES = array(
		'base_url'      => 'https://mautic.example.test/s/login',
		'client_id'     => '1_abc',
		'client_secret' => 'a\'b"c\\d<e>&f%20',
	);

	private const FORMS = array( 'save', 'authorize', 'refresh', 'test', 'site_moved', 'site_copied', 'disconnect', 'reset' );

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
		$this->mautic_without_faults();
	}

	/** @dataProvider forms */
	public function test_without_a_nonce_nothing_happens( string $form ): void {
		$this->post( $form, self::VALUES );
		unset( $_REQUEST['_wpnonce'] );
		$this->assert_refused( $form );
	}

	/** @dataProvider forms */
	public function test_the_nonce_of_another_form_does_not_do( string $form ): void {
		$this->post( 'save' === $form ? 'reset' : 'save', self::VALUES );
		$this->assert_refused( $form );
	}

	/** @dataProvider forms */
	public function test_a_user_without_the_capability_is_refused( string $form ): void {
		$user = new WP_User( 1 );
		add_filter( 'user_has_cap', static fn( $capabilities ) => array( 'manage_options' => false ) + $capabilities );
		$this->assertTrue( $user->exists() );
		$this->post( $form, self::VALUES );
		$this->assert_refused( $form );
	}

	public function forms(): array {
		return array_combine( self::FORMS, array_map( static fn( $form ) => array( $form ), self::FORMS ) );
	}

	/** @dataProvider forms */
	public function test_every_form_is_hooked( string $form ): void {
		// Hooked on admin pages only, as the loader does where is_admin() holds.
		list( $status, $output ) = $this->php( __DIR__ . '/fixtures/admin-hooks.php', SITE, "admin_post_connector_for_mautic_$form", "admin_post_nopriv_connector_for_mautic_$form" );
		$this->assertSame( array( 0, 'yes no' ), array( $status, $output ) );
	}

	public function test_a_secret_is_stored_to_the_byte_and_never_remembered_for_the_page(): void {
		$this->post( 'save', self::VALUES );
		list( $target, $status ) = $this->redirect_of( array( Form_Handler::class, 'save' ) );
		$this->assertSame( array( Settings_Page::url(), 303 ), array( $target, $status ) );
		$stored = json_decode( ( new Storage( Connector_For_Mautic\Cipher::of_site() ) )->read(), true );
		$this->assertSame( self::VALUES['client_secret'], $stored['settings']['client_secret'] );
		$this->assertSame( 'https://mautic.example.test', $stored['settings']['base_url'] );
		$this->assertTrue( Flash::take()['ok'] );
	}

	public function test_after_a_mistake_everything_but_the_secret_is_remembered(): void {
		$this->post( 'save', array( 'base_url' => 'ftp://mautic.example.test', 'username' => 'ada', 'password' => 'p"a\\s\'s<word' ) + self::VALUES );
		$this->redirect_of( array( Form_Handler::class, 'save' ) );
		$this->assertNull( $this->row( Storage::option_name() ) );
		$flash = Flash::take();
		$this->assertArrayNotHasKey( 'client_secret', $flash['values'] );
		$this->assertArrayNotHasKey( 'password', $flash['values'] );
		$this->assertSame( 'ada', $flash['values']['username'] );
		$this->assertSame( array( 'base_url' ), array_column( $flash['problems'], 'field' ) );
		$this->assertSame( 'ftp://mautic.example.test', $flash['values']['base_url'] );
		$this->assertSame( self::VALUES['client_id'], $flash['values']['client_id'] );
		foreach ( array( self::VALUES['client_secret'], 'p"a\\s\'s<word' ) as $secret ) {
			$this->assertStringNotContainsString( $secret, serialize( $flash ) );
		}
	}

	public function test_a_checkbox_is_saved_on_and_off(): void {
		foreach ( array( '0' => false, '1' => true ) as $sent => $kept ) {
			$this->post( 'save', array( 'notify_lost' => (string) $sent, 'notify_recovered' => '1' ) + self::VALUES );
			$this->redirect_of( array( Form_Handler::class, 'save' ) );
			$settings = Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'view' ) )->answer['settings'];
			$this->assertSame( array( $kept, true ), array( $settings['notify_lost'], $settings['notify_recovered'] ) );
		}
	}

	public function test_what_is_no_text_is_left_out(): void {
		$this->post( 'save', array( 'client_id' => array( 'x' ) ) + self::VALUES );
		$this->redirect_of( array( Form_Handler::class, 'save' ) );
		$this->assertSame( array( 'client_id' ), array_column( Flash::take()['problems'], 'field' ) );
	}

	public function test_a_host_with_other_letters_is_stored_in_ascii(): void {
		$result = Form_Handler::save_values( array( 'base_url' => 'exämple.test' ) + self::VALUES );
		$this->assertTrue( $result->ok() );
		$this->assertSame( 'https://xn--exmple-cua.test', $result->answer['status']['base_url'] );
	}

	public function test_authorize_leads_to_mautic_and_nowhere_else(): void {
		Form_Handler::save_values( self::VALUES );
		$this->post( 'authorize' );
		list( $target, $status ) = $this->redirect_of( array( Form_Handler::class, 'authorize' ) );
		$this->assertSame( 303, $status );
		$this->assertStringStartsWith( 'https://mautic.example.test/oauth/v2/authorize?client_id=1_abc&', $target );
		parse_str( wp_parse_url( $target, PHP_URL_QUERY ), $query );
		$this->assertSame( array( 'client_id', 'grant_type', 'redirect_uri', 'response_type', 'state' ), array_keys( $query ) );
		$this->assertSame( admin_url( 'admin.php' ), $query['redirect_uri'] );
		$this->assertStringStartsWith( 'cfm1.', $query['state'] );
	}

	public function test_authorize_leads_to_an_address_in_ipv6_too(): void {
		Form_Handler::save_values( array( 'base_url' => 'http://[::1]:8081' ) + self::VALUES );
		$this->post( 'authorize' );
		list( $target ) = $this->redirect_of( array( Form_Handler::class, 'authorize' ) );
		$this->assertStringStartsWith( 'http://[::1]:8081/oauth/v2/authorize?', $target );
	}

	public function test_the_page_is_reached_though_the_home_is_on_another_host(): void {
		add_filter( 'home_url', static fn( $url ) => str_replace( '127.0.0.1', 'www.example.test', $url ) );
		$this->post( 'reset' );
		list( $target ) = $this->redirect_of( array( Form_Handler::class, 'reset' ) );
		$this->assertSame( Settings_Page::url(), $target );
	}

	/**
	 * @testWith ["base_url", "https://me:topsecret@mautic.example.test"]
	 *           ["client_id", "1_abc topsecret"]
	 *           ["username", "ada:topsecret"]
	 */
	public function test_a_secret_that_was_pasted_beside_something_else_is_not_kept( string $name, string $pasted ): void {
		$this->post( 'save', array( $name => $pasted ) + self::VALUES );
		$this->redirect_of( array( Form_Handler::class, 'save' ) );
		$this->assertStringNotContainsString( 'topsecret', wp_json_encode( get_transient( 'connector_for_mautic_flash_1' ) ) );
		$html = $this->page();
		$this->assertStringNotContainsString( 'topsecret', $html );
		$this->assertSame( '', $this->dom( $html )->evaluate( "string(//input[@name = '$name'][@aria-invalid = 'true']/@value)" ) );
	}

	public function test_authorize_without_settings_says_what_is_missing(): void {
		$this->post( 'authorize' );
		list( $target ) = $this->redirect_of( array( Form_Handler::class, 'authorize' ) );
		$this->assertSame( Settings_Page::url(), $target );
		$this->assertFalse( Flash::take()['ok'] );
	}

	public function test_reset_forgets_everything(): void {
		Form_Handler::save_values( self::VALUES );
		$this->post( 'reset' );
		$this->redirect_of( array( Form_Handler::class, 'reset' ) );
		$this->assertTrue( Flash::take()['ok'] );
		$this->assertSame( 'not_configured', connector_for_mautic_status()['status'] );
	}

	private function assert_refused( string $form ): void {
		add_filter( 'wp_die_handler', static fn() => static fn() => throw new RuntimeException( 'refused' ) );
		try {
			call_user_func( array( Form_Handler::class, $form ) );
			$this->fail( 'It was not refused.' );
		} catch ( RuntimeException $exception ) {
			$this->assertSame( 'refused', $exception->getMessage() );
		}
		$this->assertNull( $this->row( Storage::option_name() ) );
	}
}
