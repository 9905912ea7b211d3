<?php
/**
 * The tools to export and to erase personal data, and the policy's text.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

require_once ABSPATH . 'wp-admin/includes/ajax-actions.php';
require_once ABSPATH . 'wp-admin/includes/privacy-tools.php';
require_once ABSPATH . 'wp-admin/includes/class-wp-privacy-policy-content.php';

final class PersonalDataTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		add_filter( 'pre_wp_mail', '__return_true' );
	}

	protected function tearDown(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		parent::tearDown();
	}

	public function test_the_account_is_exported_to_whose_address_it_is(): void {
		$this->connect();
		foreach ( array( 'ada@example.test', 'ADA@Example.Test' ) as $email ) {
			$items = $this->export( $email );
			$this->assertCount( 1, $items );
			$this->assertSame(
				array(
					'Mautic server'  => 'https://mautic.example.test',
					'Account e-mail' => 'ada@example.test',
					'Account name'   => 'Ada Admin',
					'Account role'   => 'Administrator',
				),
				array_column( $items[0]['data'], 'value', 'name' )
			);
		}
		foreach ( array( 'eve@example.test', '', 'ada@example' ) as $email ) {
			$this->assertSame( array(), $this->export( $email ) );
		}
		$this->assertSame( array(), $this->requests );
	}

	public function test_nothing_is_exported_where_there_is_nothing(): void {
		$this->assertSame( array(), $this->export( '' ) );
		$this->configure();
		$this->assertSame( array(), $this->export( '' ) );
		$this->assertSame( array(), $this->export( 'admin@example.test' ) );
	}

	public function test_what_a_user_typed_is_exported_and_erased(): void {
		$user = self::subscriber();
		wp_set_current_user( $user );
		Flash::set( 'save', new Result( array( 'ok' => false ) ), array( 'base_url' => 'https://typed.example.test' ) );
		wp_set_current_user( 1 );
		$items = $this->export( 'sub@example.test' );
		$this->assertSame( array( 'save', 'https://typed.example.test' ), array_column( $items[0]['data'], 'value' ) );
		$this->assertSame( array(), $this->export( 'admin@example.test' ) );

		$this->assertSame( array( true, false ), $this->erase( 'sub@example.test' ) );
		$this->assertSame( array(), $this->export( 'sub@example.test' ) );
		$this->assertSame( array( false, false ), $this->erase( 'sub@example.test' ), 'a second time there is nothing' );
	}

	public function test_the_account_is_forgotten_and_the_connection_is_not(): void {
		$this->connect();
		$this->assertSame( array( false, false ), $this->erase( 'eve@example.test' ) );
		$this->assertSame( 'ada@example.test', connector_for_mautic_status()['account_email'] );

		$this->assertSame( array( true, false ), $this->erase( 'ada@example.test' ) );
		$status = connector_for_mautic_status();
		$this->assertSame( array( null, null, 'Administrator', 'connected' ), array( $status['account_email'], $status['account_name'], $status['account_role'], $status['status'] ) );
		$this->assertStringNotContainsString( 'ada@', strtolower( $this->document() ) );
		$this->assertSame( array(), $this->export( 'ada@example.test' ) );

		// The next answer of Mautic names it again, which does not bring it back.
		$this->answers = array( $this->identity() );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'test' ) )->ok() );
		$this->assertNull( connector_for_mautic_status()['account_email'] );
	}

	public function test_an_authorization_under_way_is_forgotten_of_its_user_alone(): void {
		$this->configure();
		foreach ( array( 1, self::subscriber() ) as $user ) {
			wp_set_current_user( $user );
			Runner::of_site()->run( Form_Handler::authorize_event() );
		}
		$this->assertSame( array( true, false ), $this->erase( 'sub@example.test' ) );
		$this->assertSame( array( 1 ), array_column( json_decode( $this->document(), true )['pending'], 'user' ) );
	}

	/** @dataProvider user_names */
	public function test_a_user_name_to_log_in_with_is_exported_and_said_to_stay( string $name ): void {
		$this->assertTrue( Form_Handler::save_values( array( 'auth_method' => 'basic', 'base_url' => 'https://mautic.example.test', 'username' => $name, 'password' => 'pass word' ) )->ok() );
		$this->answers = array( $this->identity() );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'test' ) )->ok() );
		$this->assertSame( array( 'https://mautic.example.test', 'ada@example.test', 'Ada Admin', 'Administrator', $name ), array_column( $this->export( 'ada@example.test' )[0]['data'], 'value' ) );
		$this->assertSame( array(), $this->export( 'eve@example.test' ) );

		$response = $this->eraser( 'ada@example.test' );
		$this->assertSame( array( true, true ), array( $response['items_removed'], $response['items_retained'] ) );
		$this->assertStringContainsString( 'user name', $response['messages'][0] );
		$this->assertNull( connector_for_mautic_status()['account_email'] );
		$this->assertSame( array( false, false ), $this->erase( 'eve@example.test' ) );
	}

	public function user_names(): array {
		return array( 'a name' => array( 'ada' ), 'the address' => array( 'Ada@example.test' ) );
	}

	public function test_what_cannot_be_read_is_said_to_be_retained(): void {
		$this->connect();
		$stored = $this->row( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		$this->assertSame( array(), $this->export( 'ada@example.test' ) );
		$response = $this->eraser( 'ada@example.test' );
		$this->assertSame( array( false, true ), array( $response['items_removed'], $response['items_retained'] ) );
		$this->assertStringContainsString( 'have changed', $response['messages'][0] );
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );
	}

	public function test_wordpress_runs_both_to_their_end(): void {
		$this->connect();
		// After the last one WordPress packs a zip, for which PHP may lack the extension.
		add_filter( 'wp_privacy_personal_data_exporters', static fn( $exporters ) => $exporters + array( 'last' => array( 'exporter_friendly_name' => 'Last', 'callback' => static fn() => array() ) ), 99 );
		$this->assertSame( 'Ada Admin', $this->ask_wordpress( 'export', 'ada@example.test' )['data'][0]['data'][2]['value'] );
		$erased = $this->ask_wordpress( 'remove', 'ada@example.test' );
		$this->assertTrue( $erased['items_removed'] );
		$this->assertTrue( $erased['done'] );
		$this->assertNull( connector_for_mautic_status()['account_email'] );
	}

	public function test_the_policy_guide_gets_the_text(): void {
		// It may be given on a page of the administration only.
		set_current_screen( 'privacy' );
		$GLOBALS['wp_current_filter'][] = 'admin_init';
		Connector_For_Mautic\Privacy::suggest_policy();
		array_pop( $GLOBALS['wp_current_filter'] );
		unset( $GLOBALS['current_screen'] );
		$texts = array_column( WP_Privacy_Policy_Content::get_suggested_policy_text(), 'policy_text', 'plugin_name' );
		foreach ( array( 'password of a Mautic user', 'log keeps', 'Suggested text' ) as $words ) {
			$this->assertStringContainsString( $words, $texts['Connector for Mautic'] );
		}
	}

	/** @return array<int, array> Items. */
	private function export( string $email ): array {
		$response = apply_filters( 'wp_privacy_personal_data_exporters', array() )['connector-for-mautic']['callback']( $email, 1 );
		$this->assertTrue( $response['done'] );
		foreach ( array( 's3cret', 'access-1', 'refresh-1', 'pass word' ) as $secret ) {
			$this->assertStringNotContainsString( $secret, wp_json_encode( $response ) );
		}
		return $response['data'];
	}

	private function eraser( string $email ): array {
		return apply_filters( 'wp_privacy_personal_data_erasers', array() )['connector-for-mautic']['callback']( $email, 1 );
	}

	/** @return array{0: bool, 1: bool} Whether items were removed, and retained. */
	private function erase( string $email ): array {
		$response = $this->eraser( $email );
		$this->assertSame( array( $response['items_retained'], true ), array( array() !== $response['messages'], $response['done'] ) );
		return array( $response['items_removed'], $response['items_retained'] );
	}

	/** Runs the callback as the page "Export Personal Data" or "Erase Personal Data" does. */
	private function ask_wordpress( string $action, string $email ): array {
		$request = wp_create_user_request( $email, 'export' === $action ? 'export_personal_data' : 'remove_personal_data', array(), 'confirmed' );
		$kind    = 'export' === $action ? 'exporter' : 'eraser';
		$names   = array_keys( apply_filters( "wp_privacy_personal_data_{$kind}s", array() ) );
		$nonce   = wp_create_nonce( ( 'export' === $action ? 'wp-privacy-export-personal-data-' : 'wp-privacy-erase-personal-data-' ) . $request );
		$_POST   = array(
			'id'       => $request,
			$kind      => 1 + array_search( 'connector-for-mautic', $names, true ),
			'page'     => 1,
			'security' => $nonce,
		);
		$_REQUEST = $_POST;
		add_filter( 'wp_doing_ajax', '__return_true' );
		add_filter( 'wp_die_ajax_handler', static fn() => static fn() => throw new Redirected() );
		ob_start();
		try {
			'export' === $action ? wp_ajax_wp_privacy_export_personal_data() : wp_ajax_wp_privacy_erase_personal_data();
		} catch ( Redirected ) {
			$answer = json_decode( ob_get_clean(), true );
		} finally {
			$_POST    = array();
			$_REQUEST = array();
		}
		$this->assertTrue( $answer['success'], wp_json_encode( $answer ) );
		return $answer['data'];
	}
}
