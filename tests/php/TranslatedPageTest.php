<?php
/**
 * The plugin in other languages.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Buttons;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Mailer;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;

/** @group page */
final class TranslatedPageTest extends Connected_Case {

	/** Until here a string is a word or two, which may be a part of another sentence. */
	private const SHORT = 20;

	private ?WP_Locale_Switcher $switcher;

	protected function setUp(): void {
		parent::setUp();
		add_filter( 'get_available_languages', static fn( $languages ) => array( ...$languages, ...Catalogue::LOCALES ) );
		$this->switcher = $GLOBALS['wp_locale_switcher'];
	}

	protected function tearDown(): void {
		$_GET = array();
		unset( $GLOBALS['current_screen'] );
		$GLOBALS['wp_locale_switcher'] = $this->switcher;
		parent::tearDown();
		unload_textdomain( 'connector-for-mautic', true );
	}

	/** @dataProvider locales */
	public function test_the_page_is_in_the_language_of_its_user( string $locale ): void {
		$this->speak( $locale );
		$this->assertTranslated( $locale, $this->page() );
		$this->configure();
		$this->assertTranslated( $locale, $this->page() );
		Runner::of_site()->run( Connector_For_Mautic\Form_Handler::authorize_event() );
		$this->assertTranslated( $locale, $this->page() );
		$this->connect();
		$this->assertTranslated( $locale, $this->page() );
		$_GET['confirm'] = 'reset';
		$this->assertTranslated( $locale, $this->page() );
		$_GET['confirm'] = 'disconnect';
		$this->assertTranslated( $locale, $this->page() );
		$_GET          = array();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'code' => 403, 'type' => 'api_disabled', 'message' => 'API disabled.' ) ) ), 403 ) );
		Runner::of_site()->run( array( 'type' => 'test' ) );
		$this->assertTranslated( $locale, $this->page() );
		update_option( 'siteurl', 'http://moved.example' );
		$this->assertTranslated( $locale, $this->page() );
	}

	/** @dataProvider locales */
	public function test_other_methods_are_in_it_too( string $locale ): void {
		$this->speak( $locale );
		foreach ( array( 'client_credentials', 'basic' ) as $method ) {
			Connector_For_Mautic\Form_Handler::save_values( array( 'auth_method' => $method, 'base_url' => 'https://mautic.example.test', 'client_id' => '1_abc', 'client_secret' => 's3cret', 'username' => 'ada', 'password' => 'p' ) );
			$this->assertTranslated( $locale, $this->page() );
		}
	}

	/** @dataProvider locales */
	public function test_what_a_form_leaves_is_in_it_too( string $locale ): void {
		$this->speak( $locale );
		$this->configure();
		$asked  = array( array( 'method' => 'GET', 'url' => 'https://mautic.example.test/oauth/v2/token', 'status' => 404 ), array( 'method' => 'POST', 'url' => 'https://mautic.example.test/oauth/v2/token', 'status' => null ) );
		$failed = array( 'code' => 'token.not_found', 'kind' => 'user', 'detail' => 'nothing here', 'suggestion' => 'https://other.example.test/mautic' );
		$steps  = array();
		foreach ( array( 'dns', 'tls', 'reachable', 'redirect', 'mautic', 'path', 'api', 'credentials', 'header', 'token', 'identity', 'permission', 'clock', 'cron', 'loopback', 'key' ) as $at => $name ) {
			$state   = array( 'passed', 'failed', 'warned', 'skipped' )[ $at % 4 ];
			$steps[] = array( 'name' => $name, 'state' => $state, 'requests' => $asked, 'detail' => 'contacts', 'value' => 300, 'milliseconds' => 1500 ) + ( 'failed' === $state ? array( 'error' => $failed ) : array() );
		}
		Flash::set( 'test', new Result( array( 'ok' => false, 'error' => $failed ), null, null, $steps ) );
		$this->assertTranslated( $locale, $this->page() );
		foreach ( array( 'explain.error_500', 'explain.unknown', 'authorize.access_denied' ) as $code ) {
			Flash::set( 'explain', new Result( array( 'ok' => true, 'explained' => array( 'code' => $code, 'kind' => 'user' ) ) ) );
			$this->assertTranslated( $locale, $this->page() );
		}
		foreach ( array( 'save', 'return', 'refresh', 'test', 'site_moved', 'site_copied', 'disconnect', 'reset' ) as $form ) {
			Flash::set( $form, new Result( array( 'ok' => true ) ) );
			$this->assertTranslated( $locale, $this->page() );
		}
		$problems = array( array( 'code' => 'base_url.invalid', 'kind' => 'user', 'field' => 'base_url' ), array( 'code' => 'client_secret.missing', 'kind' => 'user', 'field' => 'client_secret' ) );
		Flash::set( 'save', new Result( array( 'ok' => false, 'error' => $problems[0], 'problems' => $problems ) ) );
		$this->assertTranslated( $locale, $this->page() );
	}

	/** A mail is the site's, whoever's visit it was that sent it. */
	public function test_a_mail_is_in_the_language_of_the_site(): void {
		$mails = array();
		add_filter(
			'pre_wp_mail',
			static function ( $handled, $mail ) use ( &$mails ) {
				$mails[] = $mail['subject'] . "\n" . $mail['message'];
				return true;
			},
			10,
			2
		);
		add_filter( 'locale', static fn( $locale ) => is_locale_switched() ? $locale : 'fr_FR', 9 );
		$this->speak( 'de_DE' );
		foreach ( array( 'connection_lost', 'recovered' ) as $code ) {
			$status = array( 'status' => 'needs_authorization', 'auth_method' => 'authorization_code', 'base_url' => 'https://mautic.example.test' );
			Mailer::send( array( 'code' => $code, 'since' => time() - HOUR_IN_SECONDS, 'error' => array( 'code' => 'token.invalid_grant' ) ), new Result( compact( 'status' ) ) );
		}
		$this->assertCount( 2, $mails );
		$this->assertStringContainsString( 'Mautic n’accepte plus les jetons de ce site', $mails[0] );
		$this->assertStringContainsString( "Connector for Mautic\u{a0}: la connexion fonctionne de nouveau", $mails[1] );
		foreach ( $mails as $mail ) {
			foreach ( explode( "\n", $mail ) as $line ) {
				$this->assertNotEnglish( 'fr_FR', $line );
			}
		}
		$this->assertSame( 'Autorisieren', Buttons::labels()['authorize'], 'the page goes on in its own' );
	}

	/** @dataProvider locales */
	public function test_a_language_pack_of_the_directory_goes_first( string $locale ): void {
		$folder = WP_LANG_DIR . '/plugins';
		$pack   = "$folder/connector-for-mautic-$locale.l10n.php";
		$print  = 'foreach ( array( "Authorize", "Test connection" ) as $text ) { echo __( $text, "connector-for-mautic" ), ";"; }';
		list( , $ours ) = $this->in_a_process( $locale, $print );
		wp_mkdir_p( $folder );
		file_put_contents( $pack, "<?php\nreturn array( 'language' => '$locale', 'messages' => array( 'Authorize' => 'out of the pack' ) );\n" );
		try {
			list( $status, $output ) = $this->in_a_process( $locale, $print );
		} finally {
			unlink( $pack );
		}
		$this->assertSame( 0, $status, $output );
		$this->assertSame( 'de_DE' === $locale ? 'Autorisieren;Verbindung testen;' : 'Autoriser;Tester la connexion;', $ours );
		$this->assertStringStartsWith( 'out of the pack;', $output );
	}

	/** @return array{0: int, 1: string} Exit status and output. */
	private function in_a_process( string $locale, string $php ): array {
		return $this->php( __DIR__ . '/fixtures/in-language.php', SITE, $locale, $php );
	}

	/** @return array<string, array{0: string}> */
	public function locales(): array {
		return array_combine( Catalogue::LOCALES, array_map( static fn( $locale ) => array( $locale ), Catalogue::LOCALES ) );
	}

	/** The user, of a site in English, has chosen this language. */
	private function speak( string $locale ): void {
		update_user_meta( 1, 'locale', $locale );
		clean_user_cache( 1 );
		wp_set_current_user( 0 );
		wp_set_current_user( 1 );
		set_current_screen( Settings_Page::SCREEN );
		unload_textdomain( 'connector-for-mautic', true );
		$this->assertSame( $locale, determine_locale() );
		// As WordPress does once it knows the user.
		$GLOBALS['wp_locale_switcher'] = new WP_Locale_Switcher();
		$GLOBALS['wp_locale_switcher']->init();
	}

	/** Fails if something of ours is left in English, in the page or in what it hands to its script; codes have no language. */
	private function assertTranslated( string $locale, string $html ): void {
		$page = $this->dom( $html );
		$seen = 0;
		foreach ( $page->query( '//text()[not(parent::script) and not(ancestor::code)] | //@aria-label | //@title | //@placeholder | //@alt' ) as $node ) {
			$this->assertNotEnglish( $locale, $node->nodeValue );
			++$seen;
		}
		foreach ( $page->query( '//script[@type = "application/json"]' ) as $script ) {
			$data = json_decode( $script->textContent, true );
			array_walk_recursive( $data, fn( $text ) => is_string( $text ) && $this->assertNotEnglish( $locale, $text ) );
		}
		$this->assertGreaterThan( 5, $seen );
	}

	private function assertNotEnglish( string $locale, string $text ): void {
		static $patterns = array();
		$patterns[ $locale ] ??= self::patterns( $locale );
		$text = trim( preg_replace( '/\s+/', ' ', $text ) );
		foreach ( $patterns[ $locale ] as $english => $pattern ) {
			if ( preg_match( $pattern, $text ) ) {
				$this->fail( "“{$english}” is left in: $text" );
			}
		}
		$this->addToAssertionCount( 1 );
	}

	/** @return array<string, string> What is found where a string of ours stands in English, by that string. */
	private static function patterns( string $locale ): array {
		$patterns = array();
		foreach ( Catalogue::of( $locale ) as $entry ) {
			foreach ( array_filter( array( $entry->singular, $entry->plural ) ) as $english ) {
				if ( ! in_array( $english, $entry->translations, true ) && preg_match( '/\pL{3}/u', preg_replace( '/%(?:\d+\$)?[sd]/', '', $english ) ) ) {
					$text                 = preg_replace( '/%(?:\d+\\\\\$)?[sd]/', '.+', preg_quote( $english, '/' ) );
					$patterns[ $english ] = strlen( $english ) > self::SHORT ? "/$text/u" : "/\A$text\z/u";
				}
			}
		}
		return $patterns;
	}
}
