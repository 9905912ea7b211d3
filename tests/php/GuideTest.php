<?php
/**
 * The guide, and what Mautic will be asked.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Method;
use Connector_For_Mautic\Runner;

final class GuideTest extends Connected_Case {

	private const ALL_DONE = array( 'done', 'done', 'done', 'done', 'done' );

	/** @return string[] The marks of a method's steps, as the page has them and in words. */
	private function marks( DOMXPath $page, string $method = 'authorization_code' ): array {
		$words = array( 'done' => 'Done', 'next' => 'Next', 'todo' => 'To do' );
		$marks = array();
		foreach ( $page->query( "//*[@id = 'cfm-guide']//div[@data-methods = '$method']/ol/li" ) as $step ) {
			$mark = $step->getAttribute( 'data-mark' );
			$this->assertSame( $words[ $mark ], $page->evaluate( 'string(.//*[@class = "cfm-guide-mark"])', $step ) );
			$this->assertSame( 'next' === $mark ? 'step' : '', $step->getAttribute( 'aria-current' ) );
			$this->assertSame( 'done' !== $mark, (bool) $page->evaluate( 'count(details[@open])', $step ), 'what is done is folded' );
			$marks[] = $mark;
		}
		return $marks;
	}

	private function examine(): void {
		add_filter( 'pre_http_request', array( self::class, 'faultless_answer' ), 5, 3 );
		Runner::of_site()->run( array( 'type' => 'diagnose', 'setup' => true ) );
		remove_filter( 'pre_http_request', array( self::class, 'faultless_answer' ), 5 );
	}

	public function test_a_new_site_begins_with_the_first_step_of_each_method(): void {
		$page = $this->dom( $this->page() );
		foreach ( Method::cases() as $method ) {
			$this->assertSame( array( 'next', 'todo', 'todo', 'todo', 'todo' ), $this->marks( $page, $method->value ) );
		}
		$this->assertSame( 0.0, $page->evaluate( 'count(//*[@id = "cfm-guide"]//a[@href])' ), 'there is no Mautic to lead to yet' );
		$this->assertSame( 1.0, $page->evaluate( 'count(//*[@id = "cfm-guide"][following::form[@id = "connector-for-mautic-form"]]/details[@open])' ), 'it comes first' );
	}

	public function test_what_the_doctor_has_proven_is_done(): void {
		$this->configure();
		$this->assertSame( array( 'next', 'todo', 'todo', 'todo', 'todo' ), $this->marks( $this->dom( $this->page() ) ), 'nobody has asked Mautic yet' );
		$this->examine();
		$page = $this->dom( $this->page() );
		$this->assertSame( array( 'done', 'done', 'done', 'done', 'next' ), $this->marks( $page ) );
		$this->assertSame( array( 'done', 'done', 'next', 'todo', 'todo' ), $this->marks( $page, 'client_credentials' ), 'the credentials were tried for another method' );
		$this->assertSame( array( 'done', 'done', 'next', 'todo', 'todo' ), $this->marks( $page, 'basic' ) );
	}

	public function test_of_a_connection_all_is_done_and_the_guide_stands_folded_behind_the_settings(): void {
		$this->connect();
		$page = $this->dom( $this->page() );
		$this->assertSame( self::ALL_DONE, $this->marks( $page ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//form[@id = "connector-for-mautic-form"][following::*[@id = "cfm-guide"]/details[not(@open)]])' ) );
	}

	public function test_basic_is_done_with_the_first_good_answer(): void {
		$saved = Form_Handler::save_values( array( 'auth_method' => 'basic', 'base_url' => 'https://mautic.example.test', 'username' => 'ada', 'password' => 'secret' ) );
		$this->assertTrue( $saved->ok() );
		$this->assertSame( array( 'next', 'todo', 'done', 'done', 'todo' ), $this->marks( $this->dom( $this->page() ), 'basic' ) );
		$this->answers = array( $this->identity() );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'test' ) )->ok() );
		$this->assertSame( self::ALL_DONE, $this->marks( $this->dom( $this->page() ), 'basic' ) );
	}

	public function test_links_lead_to_pages_of_the_saved_mautic_in_a_new_tab_and_say_so(): void {
		$this->configure();
		$page  = $this->dom( $this->page() );
		$links = $page->query( '//*[@id = "cfm-guide"]//div[@data-methods = "authorization_code"]//a' );
		$this->assertSame(
			array( '/s/dashboard', '/s/config/edit?tab=apiconfig', '/s/credentials/new' ),
			array_map( static fn( $link ) => str_replace( 'https://mautic.example.test', '', $link->getAttribute( 'href' ) ), iterator_to_array( $links ) )
		);
		foreach ( $page->query( '//*[@id = "cfm-guide"]//a' ) as $link ) {
			$this->assertStringStartsWith( 'https://mautic.example.test/s/', $link->getAttribute( 'href' ) );
			$this->assertSame( array( '_blank', 'noopener' ), array( $link->getAttribute( 'target' ), $link->getAttribute( 'rel' ) ) );
			$this->assertSame( '(opens in a new tab)', $page->evaluate( 'string(*[@class = "screen-reader-text"])', $link ) );
		}
	}

	public function test_what_is_to_be_entered_in_mautic_is_there_as_it_must_be(): void {
		update_option( 'blogname', 'Tom &amp; <Jerry>' );
		$page = $this->dom( $this->page() );
		$list = '//div[@data-methods = "authorization_code"]//ul[@class = "cfm-values"]/li';
		$this->assertSame( 'OAuth 2', $page->evaluate( "string({$list}[span = 'Authorization Protocol']//code)" ) );
		$this->assertSame( 'Tom & <Jerry>', $page->evaluate( "string({$list}[span = 'Name']//code)" ) );
		$this->assertSame( admin_url( 'admin.php' ), $page->evaluate( "string({$list}[span = 'Redirect URI']//code)" ) );
		$this->assertSame( 1.0, $page->evaluate( "count({$list}[span = 'Redirect URI']//button[@hidden])" ), 'a button that needs the script' );
	}

	public function test_before_authorize_the_page_shows_what_will_be_asked(): void {
		$preview = '//*[@id = "cfm-guide"]//details[@class = "cfm-preview"]';
		$this->assertSame( 1.0, $this->dom( $this->page() )->evaluate( "count({$preview}[@hidden])" ), 'there is nothing to ask yet' );
		$this->configure();
		$page = $this->dom( $this->page() );
		$this->assertSame( 'https://mautic.example.test/oauth/v2/authorize', $page->evaluate( "string({$preview}[not(@hidden)]//code[@class = 'cfm-endpoint'])" ) );
		$shown = array();
		foreach ( $page->query( "$preview//li" ) as $parameter ) {
			$shown[ $page->evaluate( 'string(code)', $parameter ) ] = $page->evaluate( 'string(span)', $parameter );
			$this->assertNotSame( '', $page->evaluate( 'string(p)', $parameter ), 'each has its sentence' );
		}
		// The very ones that one is sent with, in their order.
		parse_str( wp_parse_url( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $sent );
		$this->assertSame( array( 'state' => '(a random value, drawn when you press Authorize)' ) + $sent, array( 'state' => $shown['state'] ) + $shown );
		$this->assertSame( array_keys( $sent ), array_keys( $shown ) );
		$this->assertStringNotContainsString( 's3cret', $this->page() );
	}

	public function test_to_authorize_once_more_it_stands_beside_the_button_too(): void {
		$beside = 'count(//section[contains(@class, "cfm-connection")]//details[@class = "cfm-preview"][not(@hidden)]//li)';
		$this->connect();
		$this->assertSame( 0.0, $this->dom( $this->page() )->evaluate( $beside ) );
		$this->set_document(
			static function ( array $document ) {
				$document['health']['needs_authorization'] = true;
				return array( 'revision' => $document['revision'] + 1 ) + $document;
			}
		);
		$this->assertSame( 'needs_authorization', connector_for_mautic_status()['status'] );
		$this->assertSame( 5.0, $this->dom( $this->page() )->evaluate( $beside ) );
	}

	public function test_without_an_authorization_nothing_is_asked(): void {
		Form_Handler::save_values( array( 'auth_method' => 'client_credentials', 'base_url' => 'https://mautic.example.test', 'client_id' => '1_abc', 'client_secret' => 's3cret' ) );
		$this->assertSame( 1.0, $this->dom( $this->page() )->evaluate( 'count(//details[@class = "cfm-preview"][@hidden])' ) );
	}
}
