<?php
/**
 * What the page says of settings that were just saved.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;

final class SavedSettingsTest extends Connected_Case {

	private const VALUES = array(
		'base_url'      => 'https://mautic.example.test/s/login',
		'client_id'     => '1_abc',
		'client_secret' => 's3cret',
	);

	/** Presses Save settings, and shows the page that follows. */
	private function save( array $values = self::VALUES ): DOMXPath {
		$this->post( 'save', $values );
		$this->redirect_of( array( Form_Handler::class, 'save' ) );
		return $this->dom( $this->page() );
	}

	private function refusal( string $type, int $status = 400 ): array {
		return $this->json( array( 'errors' => array( array( 'message' => "Words about $type.", 'code' => $status, 'type' => $type ) ) ), $status );
	}

	private function outcome( DOMXPath $page, string $role ): string {
		return $page->evaluate( "normalize-space(//*[@id = 'cfm-outcome']/*[@role = '$role'])" );
	}

	public function test_the_page_says_that_mautic_takes_them(): void {
		$this->answers = array( $this->refusal( 'invalid_request' ), $this->refusal( 'invalid_grant' ) );
		$this->assertSame( 'Settings saved. Mautic answers at this address, its API is on, and it accepts the credentials. Now press Authorize.', $this->outcome( $this->save(), 'status' ) );
		$this->assertSame( array( array( 'GET', '/oauth/v2/token' ), array( 'POST', '/oauth/v2/token' ) ), array_map( static fn( $request ) => array_slice( $request, 0, 2 ), $this->requests ) );
	}

	/** @dataProvider troubles */
	public function test_what_is_wrong_is_said_and_saved_all_the_same( array $answers, string $words ): void {
		$this->answers = array_map( fn( $answer ) => $answer instanceof WP_Error ? $answer : $this->refusal( ...$answer ), $answers );
		$page          = $this->save();
		$said          = $this->outcome( $page, 'alert' );
		$this->assertStringStartsWith( 'Settings saved. They do not work yet:', $said );
		$this->assertStringContainsString( $words, $said );
		$this->assertStringNotContainsString( 'press Authorize to try again', $said, 'nobody has tried to authorize' );
		$this->assertSame( 'button', $page->evaluate( 'string(//button[. = "Authorize"][not(@disabled)]/@class)' ), 'it does not invite to go on with them' );
		$this->assertSame( 'https://mautic.example.test', $page->evaluate( 'string(//input[@name = "base_url"]/@value)' ) );
		$this->assertSame( '1_abc', $page->evaluate( 'string(//input[@name = "client_id"]/@value)' ) );
		$settings = Runner::of_site()->run( array( 'type' => 'view' ) )->answer['settings'];
		$this->assertTrue( $settings['client_secret_set'] );
	}

	public function troubles(): array {
		return array(
			'a wrong client secret' => array( array( array( 'invalid_request' ), array( 'invalid_client' ) ), 'does not know this client ID with this client secret' ),
			'the API is off'        => array( array( array( 'api_disabled', 403 ) ), 'API is switched off' ),
			'nobody answers'        => array( array( new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' ) ), 'takes no connections' ),
			'a slow server'         => array( array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ) ), 'did not answer' ),
		);
	}

	public function test_where_mautic_was_found_elsewhere_one_button_takes_that_address(): void {
		$this->answers = array(
			array( 'headers' => array( 'location' => 'https://mautic.example.test/sub/oauth/v2/token' ) ) + $this->json( array(), 301 ),
			$this->refusal( 'invalid_request' ),
		);
		$page   = $this->save();
		$form   = $page->query( '//*[@id = "cfm-outcome"]//form[.//button[. = "Use this address"]]' )->item( 0 );
		$values = array();
		foreach ( $page->query( './/input', $form ) as $input ) {
			$values[ $input->getAttribute( 'name' ) ] = $input->getAttribute( 'value' );
		}
		$this->assertSame( 'https://mautic.example.test/sub', $values['base_url'] );
		$this->assertSame( array( 'action', '_wpnonce', 'base_url' ), array_keys( $values ), 'nothing else is changed by it' );
		$this->answers = array( $this->refusal( 'invalid_request' ), $this->refusal( 'invalid_grant' ) );
		$this->assertStringContainsString( 'it accepts the credentials', $this->outcome( $this->save( $values ), 'status' ) );
		$this->assertSame( 'https://mautic.example.test/sub', connector_for_mautic_status()['base_url'] );
	}

	public function test_a_trial_that_came_to_no_end_is_not_taken_for_a_good_one(): void {
		$this->assertTrue( Form_Handler::save_values( self::VALUES )->ok() );
		Flash::set( 'save', new Result( array( 'ok' => true, 'error' => array( 'code' => 'store.failed', 'kind' => 'transient' ) ) ) );
		$page = $this->dom( $this->page() );
		$this->assertSame( '', $this->outcome( $page, 'status' ) );
		$this->assertStringStartsWith( 'Settings saved. Whether they work could not be tried:', $this->outcome( $page, 'alert' ) );
		$this->assertStringNotContainsString( 'press Authorize', $this->outcome( $page, 'alert' ) );
	}

	public function test_nothing_that_was_typed_is_lost_if_the_request_ends_while_mautic_is_asked(): void {
		$this->answers = array( static fn() => throw new Redirected( 'The process has died.' ) );
		try {
			$this->post( 'save', self::VALUES );
			Form_Handler::save();
		} catch ( Redirected ) {
			$page = $this->dom( $this->page() );
			$this->assertStringStartsWith( 'Settings saved.', $this->outcome( $page, 'status' ) );
			$this->assertSame( '1_abc', $page->evaluate( 'string(//input[@name = "client_id"]/@value)' ) );
		}
		$this->assertCount( 1, $this->requests );
	}

	public function test_what_is_not_saved_is_not_asked_about(): void {
		$this->save( array( 'client_id' => '' ) + self::VALUES );
		$this->assertSame( array(), $this->requests );
	}

	public function test_only_the_page_asks(): void {
		$this->assertTrue( Form_Handler::save_values( self::VALUES )->ok() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_a_connection_is_not_harmed_by_what_saving_finds(): void {
		$this->connect();
		$this->answers = array( new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' ) );
		$this->save( array( 'notify_lost' => '0' ) );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->assertNull( connector_for_mautic_status()['last_error'] );
	}

	public function test_more_settings_are_folded_unless_something_is_unusual_or_wrong(): void {
		$open = 'count(//details[@class = "cfm-more"][@open])';
		$this->assertSame( 0.0, $this->dom( $this->page() )->evaluate( $open ) );
		$this->assertTrue( Form_Handler::save_values( self::VALUES )->ok() );
		$this->assertSame( 0.0, $this->dom( $this->page() )->evaluate( $open ) );
		foreach ( array( array( 'refresh_token_lifetime_days' => '90' ), array( 'token_in_query' => '1' ), array( 'notify_recovered' => '0' ) ) as $unusual ) {
			$this->assertTrue( Form_Handler::save_values( $unusual )->ok() );
			$this->assertSame( 1.0, $this->dom( $this->page() )->evaluate( $open ), key( $unusual ) );
			$this->assertTrue( Form_Handler::save_values( array( 'refresh_token_lifetime_days' => '14', 'token_in_query' => '0', 'notify_recovered' => '1' ) )->ok() );
		}
		$wrong = array( 'refresh_token_lifetime_days' => '0' );
		Flash::set( 'save', Form_Handler::save_values( $wrong ), $wrong );
		$this->assertSame( 1.0, $this->dom( $this->page() )->evaluate( $open ) );
	}
}
