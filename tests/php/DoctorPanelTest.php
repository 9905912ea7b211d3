<?php
/**
 * The doctor's steps on the page.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Doctor_Panel;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class DoctorPanelTest extends Plugin_Case {

	private const BASE = 'https://mautic.example.test';

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
		$saved = Form_Handler::save_values( array( 'base_url' => self::BASE, 'client_id' => '1_abc', 'client_secret' => 's3cret' ) );
		$this->assertTrue( $saved->ok() );
	}

	/** What other servers said may be anything; it is shown as it is, and is no markup. */
	public function test_nothing_that_was_said_is_markup(): void {
		$evil  = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
		$step  = array(
			'name'         => 'permission',
			'state'        => 'failed',
			'detail'       => $evil,
			'milliseconds' => 12,
			'requests'     => array( array( 'method' => 'GET', 'url' => self::BASE . "/$evil", 'status' => 404 ) ),
			'error'        => array( 'code' => 'token.redirected', 'kind' => 'user', 'detail' => $evil, 'http_status' => 302, 'suggestion' => "https://mautic.example.test/$evil" ),
		);
		$html  = $this->panel( $step, array( 'name' => $evil, 'state' => $evil, 'requests' => array() ) );
		$found = $this->dom( $html );
		$this->assertSame( 0.0, $found->evaluate( 'count(//script | //img)' ) );
		$this->assertSame( 2.0, $found->evaluate( 'count(//li[contains(@class, "cfm-step ")])' ) );
		$this->assertGreaterThanOrEqual( 4, substr_count( $found->evaluate( 'string(//ol)' ), $evil ), 'title, request, answer, the other step' );
	}

	/** Where a secret was entered for another server, it is said beforehand, and pressing it does not send the secret there. */
	public function test_an_address_of_another_server_asks_for_the_secret(): void {
		$form = $this->suggestion( 'https://other.example.test' );
		$this->assertStringContainsString( 'asks for the client secret', $form->textContent );
		$this->assertSame( array( 'client_secret.reenter' ), array_column( Form_Handler::save_values( $this->posted( $form ) )->problems(), 'code' ) );
		$this->assertSame( self::BASE, $this->base_url() );
	}

	public function test_another_folder_of_the_same_server_keeps_the_secret(): void {
		$form = $this->suggestion( self::BASE . '/mautic' );
		$this->assertStringNotContainsString( 'asks for the client secret', $form->textContent );
		$this->assertTrue( Form_Handler::save_values( $this->posted( $form ) )->ok() );
		$this->assertSame( self::BASE . '/mautic', $this->base_url() );
	}

	public function test_a_base_url_from_outside_has_no_button(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL=' . self::BASE );
		try {
			$html = $this->panel( $this->redirected( self::BASE . '/mautic' ) );
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL' );
		}
		$this->assertStringNotContainsString( '<form', $html );
		$this->assertStringContainsString( self::BASE . '/mautic', $html );
		$this->assertStringContainsString( 'CONNECTOR_FOR_MAUTIC_BASE_URL', $html );
	}

	/** What nobody has looked at is told apart from what nobody needs, and one cause is told once. */
	public function test_what_was_not_checked(): void {
		$skipped = array( 'state' => 'skipped', 'requests' => array() );
		$error   = array( 'code' => 'connection.needs_authorization', 'kind' => 'user' );
		$found   = $this->dom( $this->panel( array( 'name' => 'tls' ) + $skipped, $this->redirected( '' ), array( 'name' => 'mautic' ) + $skipped, array( 'name' => 'token', 'error' => $error ) + $skipped, array( 'name' => 'identity', 'error' => $error ) + $skipped ) );
		$states  = array();
		foreach ( $found->query( '//*[@class = "cfm-step-state"]' ) as $state ) {
			$states[] = $state->textContent;
		}
		$this->assertSame( array( 'Not needed', 'Failed', 'Not checked', 'Not checked', 'Not checked' ), $states );
		$this->assertSame( 1, substr_count( $found->evaluate( 'string(//ol)' ), 'is not connected' ) );
	}

	/** A step that fails with an address where a Mautic was found. */
	private function redirected( string $suggestion ): array {
		return array(
			'name'     => 'redirect',
			'state'    => 'failed',
			'requests' => array(),
			'error'    => array_filter( array( 'code' => 'token.redirected', 'kind' => 'user', 'suggestion' => $suggestion ) ),
		);
	}

	private function panel( array ...$steps ): string {
		ob_start();
		Doctor_Panel::render( $steps, array() );
		return ob_get_clean();
	}

	private function suggestion( string $url ): DOMElement {
		return $this->dom( $this->panel( $this->redirected( $url ) ) )->query( '//form[.//button[. = "Use this address"]]' )->item( 0 );
	}

	/** @return array<string, string> The settings that a form posts. */
	private function posted( DOMElement $form ): array {
		$values = array();
		foreach ( $form->getElementsByTagName( 'input' ) as $input ) {
			$values[ $input->getAttribute( 'name' ) ] = $input->getAttribute( 'value' );
		}
		$this->assertSame( 'connector_for_mautic_save', $values['action'] );
		$this->assertSame( array( 'action', '_wpnonce', 'base_url' ), array_keys( $values ), 'and nothing else' );
		return array( 'base_url' => $values['base_url'] );
	}

	private function base_url(): string {
		return Runner::of_site()->run( array( 'type' => 'view' ) )->answer['settings']['base_url'];
	}
}
