<?php
/**
 * Codes in words.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Result;

final class MessagesTest extends Plugin_Case {

	/** @dataProvider codes */
	public function test_a_code_says_what_happened_and_what_to_do( string $code ): void {
		$words   = Messages::of( array( 'code' => $code ) );
		$unknown = Messages::of( array( 'code' => 'no.such_code' ) );
		$this->assertNotSame( $unknown['fix'], $words['fix'], 'no sentence of its own' );
		foreach ( $words as $sentence ) {
			$this->assertMatchesRegularExpression( '/\A\S.{10,}[.:]\z/us', $sentence );
			$this->assertStringNotContainsString( $code, $sentence );
			$this->assertStringNotContainsString( '<', $sentence );
		}
		$this->assertNotSame( $words['message'], $words['fix'] );
	}

	/** Every code that the contract between core and shell lists. */
	public function codes(): array {
		$contract = file_get_contents( dirname( __DIR__, 2 ) . '/docs/boundary.md' );
		$table    = strstr( $contract, '## Error codes' );
		preg_match_all( '/`([a-z_]+\.[a-z_]+)`/', $table, $matches );
		$codes = array_unique( $matches[1] );
		return array_combine( $codes, array_map( static fn( $code ) => array( $code ), $codes ) );
	}

	public function test_the_contract_lists_codes(): void {
		$codes = array_keys( $this->codes() );
		$this->assertGreaterThan( 70, count( $codes ) );
		$this->assertContains( 'token.invalid_grant', $codes );
		$this->assertContains( 'core.jit', $codes );
	}

	public function test_every_code_of_the_core_is_in_the_contract(): void {
		$listed = $this->codes();
		$found  = 0;
		foreach ( glob( dirname( __DIR__, 2 ) . '/src/*.rs' ) as $file ) {
			preg_match_all( '/Problem::(?:user|transient|misuse|new)\(\s*"([a-z_]+\.[a-z_]+)"/', file_get_contents( $file ), $matches );
			foreach ( $matches[1] as $code ) {
				$this->assertArrayHasKey( $code, $listed, basename( $file ) );
				++$found;
			}
		}
		$this->assertGreaterThan( 20, $found );
	}

	public function test_notes_of_the_contract_have_words(): void {
		foreach ( array( 'base_url.scheme_added', 'base_url.path_removed', 'base_url.host_ascii', 'connection.will_be_dropped' ) as $note ) {
			$this->assertNotSame( '', Messages::note( $note ) );
		}
	}

	public function test_only_a_connection_that_is_there_is_said_to_be_kept(): void {
		$error = array( 'code' => 'token.html' );
		foreach ( array( 'connected', 'attention', 'needs_authorization' ) as $status ) {
			$this->assertStringEndsWith( 'The connection is kept.', Messages::text( $error, $status ) );
		}
		foreach ( array( 'not_configured', 'ready', 'pending' ) as $status ) {
			$this->assertStringNotContainsString( 'is kept', Messages::text( $error, $status ) );
			$this->assertStringContainsString( 'press Authorize', Messages::text( $error, $status ) );
		}
	}

	public function test_an_unknown_code_is_named(): void {
		$this->assertStringContainsString( 'future.code', Messages::text( array( 'code' => 'future.code' ) ) );
		$this->assertNotSame( '', Messages::text( array() ) );
	}

	public function test_host_and_foreign_words_are_in_the_text_as_they_are(): void {
		$this->assertStringContainsString( '“exämple.org”', Messages::text( array( 'code' => 'base_url.host_not_ascii', 'host' => 'exämple.org' ) ) );
		$this->assertStringContainsString( '“<b>down</b>”', Messages::text( array( 'code' => 'token.html', 'detail' => '<b>down</b>' ) ) );
	}

	public function test_an_error_of_the_public_function_has_code_and_text(): void {
		$error = ( new Result( array( 'ok' => false, 'error' => array( 'code' => 'transport.dns', 'kind' => 'transient' ) ) ) )->to_wp_error();
		$this->assertSame( 'connector_for_mautic.transport.dns', $error->get_error_code() );
		$this->assertSame( 'transient', $error->get_error_data()['kind'] );
		$this->assertStringContainsString( 'could not be found', $error->get_error_message() );
	}
}
