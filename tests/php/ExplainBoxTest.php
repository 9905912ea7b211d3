<?php
/**
 * What Mautic showed, explained.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;

final class ExplainBoxTest extends Connected_Case {

	/** As Mautic shows it; a code or a token may stand in such a text. */
	private const TEXT = '{"errors":[{"message":"Looks like I encountered an error (error #500). If I do it again, please report me to the system administrator!","code":500,"type":null}],"left":"topsecret-code"}';

	/** Posts a text, and shows the page that follows. */
	private function explain( string $text ): DOMXPath {
		$this->post( 'explain', array( 'text' => $text ) );
		$this->assertSame( array( Settings_Page::url(), 303 ), $this->redirect_of( array( Form_Handler::class, 'explain' ) ) );
		$html = $this->page();
		$this->assertStringNotContainsString( 'topsecret', $html );
		return $this->dom( $html );
	}

	private function answer( DOMXPath $page ): string {
		return $page->evaluate( 'normalize-space(//*[@id = "cfm-explained"][@role = "status"])' );
	}

	public function test_without_javascript_the_page_explains_and_keeps_only_the_answer(): void {
		$this->configure();
		$this->post( 'explain', array( 'text' => self::TEXT ) );
		$this->redirect_of( array( Form_Handler::class, 'explain' ) );
		$this->assertStringNotContainsString( 'topsecret', serialize( Flash::of( 1 ) ) );
		global $wpdb;
		$this->assertSame( array(), $wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_value LIKE '%topsecret%'" ), 'nor does anything else' );
		$page = $this->dom( $this->page() );
		$this->assertStringContainsString( 'has two usual causes', $this->answer( $page ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//*[@id = "cfm-explain"]/details[@open]//*[@id = "cfm-explained"][@autofocus])' ) );
		$this->assertSame( '', $page->evaluate( 'normalize-space(//*[@id = "cfm-outcome"])' ), 'it is said once, in the box' );
		$this->assertSame( '', $this->answer( $this->dom( $this->page() ) ), 'and to one page' );
		$this->assertSame( '', $page->evaluate( 'string(//textarea)' ) );
	}

	public function test_it_is_explained_by_what_is_saved(): void {
		$this->configure();
		$redirect_uri = rawurlencode( admin_url( 'admin.php' ) );
		$address      = 'https://mautic.example.test/oauth/v2/authorize?client_id=%s&grant_type=authorization_code&redirect_uri=%s&response_type=code&state=cfm1.topsecret';
		$this->assertStringContainsString( 'has the client ID “2_other”', $this->answer( $this->explain( sprintf( $address, '2_other', $redirect_uri ) ) ) );
		$this->assertStringContainsString( 'return to https://other.example.test/admin.php.', $this->answer( $this->explain( sprintf( $address, '1_abc', rawurlencode( 'https://other.example.test/admin.php' ) ) ) ) );
		$this->assertStringContainsString( 'return to this very site', $this->answer( $this->explain( admin_url( 'admin.php' ) . '?state=cfm1.x&code=topsecret' ) ) );
	}

	/**
	 * @testWith ["", "nothing to explain"]
	 *           ["<script>alert(1)</script>", "nothing that Mautic is known to show"]
	 *           ["\u00ff\u0000 \\ ' \"", "nothing that Mautic is known to show"]
	 */
	public function test_whatever_is_pasted_gets_an_answer( string $text, string $words ): void {
		$page = $this->explain( $text );
		$this->assertStringContainsString( $words, $this->answer( $page ) );
		$this->assertStringNotContainsString( 'alert(1)', $this->page() );
	}

	public function test_of_a_long_text_the_beginning_counts(): void {
		$this->assertStringContainsString( 'has two usual causes', $this->answer( $this->explain( self::TEXT . str_repeat( ' ö', 400000 ) ) ) );
		$this->assertStringContainsString( 'known to show', $this->answer( $this->explain( str_repeat( 'ö ', 400000 ) . self::TEXT ) ) );
	}

	public function test_invalid_bytes_do_no_harm(): void {
		$this->assertStringContainsString( 'has two usual causes', $this->answer( $this->explain( "\xff\xfe Looks like I encountered an error (error #500). \xc3" ) ) );
	}

	public function test_what_is_no_text_is_as_if_nothing_was_pasted(): void {
		$this->post( 'explain', array( 'text' => array( 'x' ) ) );
		$this->redirect_of( array( Form_Handler::class, 'explain' ) );
		$this->assertStringContainsString( 'nothing to explain', $this->answer( $this->dom( $this->page() ) ) );
	}

	public function test_foreign_words_in_the_answer_are_escaped(): void {
		$this->post( 'explain', array( 'text' => '{"errors":[{"message":"<img src=x>","code":400,"type":"invalid_client"}]}' ) );
		$this->redirect_of( array( Form_Handler::class, 'explain' ) );
		$this->assertStringNotContainsString( '<img', $this->page() );
	}

	public function test_the_box_opens_by_itself_while_somebody_is_waited_for(): void {
		$open = 'count(//*[@id = "cfm-explain"]/details[@open])';
		$this->configure();
		$this->assertSame( 0.0, $this->dom( $this->page() )->evaluate( $open ) );
		Runner::of_site()->run( Form_Handler::authorize_event() );
		$page = $this->dom( $this->page() );
		$this->assertSame( 1.0, $page->evaluate( $open ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//textarea[@id = //label[. = "What Mautic showed"]/@for][@autocomplete = "off"])' ) );
	}

	public function test_the_script_has_words_for_everything_that_the_core_has_found_in_texts(): void {
		$data  = json_decode( $this->dom( $this->page() )->evaluate( 'string(//script[@id = "connector-for-mautic-data"])' ), true )['explain'];
		$found = array();
		foreach ( glob( dirname( __DIR__ ) . '/vectors/explain_*.json' ) as $file ) {
			foreach ( json_decode( file_get_contents( $file ), true ) as $vector ) {
				foreach ( json_decode( $vector['answer'], true )['effects'] as $effect ) {
					$found[] = $effect['explained']['code'] ?? null;
				}
			}
		}
		$found = array_unique( array_filter( $found ) );
		$this->assertGreaterThan( 25, count( $found ) );
		$this->assertSame( array(), array_values( array_diff( $found, array_keys( $data['words'] ) ) ) );
	}
}
