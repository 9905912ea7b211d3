<?php
/**
 * The template and the translations that come with the plugin.
 *
 * @package Connector_For_Mautic
 */

use PHPUnit\Framework\TestCase;

/** @group page */
final class LanguagesTest extends TestCase {

	/** What reads the same in a language as in English. */
	private const SAME = array(
		'de_DE' => array( 'Connector for Mautic', 'Connector for Mautic:', 'Mautic', 'Mautic %s', 'Mautic: %s', 'Version', 'Code', 'Basic', 'Name', '%s ms', '%s s' ),
		'fr_FR' => array( 'Connector for Mautic', 'Mautic', 'Mautic %s', 'Version', 'Code', 'Basic', 'E-mails', '%s ms', '%s s' ),
	);

	/** Words of Mautic's, in every language. */
	private const OF_MAUTIC = 'Oops! An Error Occurred';

	private const PLACES = '/%(?:\d+\$)?[sd]/';

	public function test_the_template_has_what_the_sources_ask_for_and_nothing_else(): void {
		$asked    = Catalogue::asked_for();
		$template = array_filter( Catalogue::template(), static fn( $entry ) => ! Catalogue::is_of_the_header( $entry ) );
		$this->assertGreaterThan( 500, count( $asked ) );
		$this->assertSame( array(), array_diff_key( $asked, $template ), 'not in the template' );
		$this->assertSame( array(), array_keys( array_diff_key( $template, $asked ) ), 'in no source' );
	}

	public function test_who_translates_is_told_what_a_place_holds(): void {
		foreach ( Catalogue::template() as $entry ) {
			preg_match_all( self::PLACES, $entry->singular, $places );
			if ( $places[0] ) {
				$this->assertStringContainsString( 'translators: ', $entry->extracted_comments, $entry->singular );
			}
			if ( count( $places[0] ) > 1 ) {
				$this->assertSame( array(), preg_grep( '/\$/', $places[0], PREG_GREP_INVERT ), $entry->singular );
			}
		}
	}

	/** One voice: typographic quotes, nothing begged for, and the same spelling of the same word. */
	public function test_english_keeps_its_style(): void {
		foreach ( Catalogue::template() as $entry ) {
			foreach ( str_replace( self::OF_MAUTIC, '', array_filter( array( $entry->singular, $entry->plural ) ) ) as $text ) {
				$this->assertDoesNotMatchRegularExpression( '/["\']|\.\.\.|  |\bplease\b|\b(?:username|email)s?\b|!/i', $text );
				$this->assertSame( substr_count( $text, '“' ), substr_count( $text, '”' ), $text );
			}
		}
	}

	public function test_the_template_is_the_same_whenever_it_is_made(): void {
		$head = strstr( file_get_contents( Catalogue::folder() . 'connector-for-mautic.pot' ), "\n\n", true );
		$this->assertStringContainsString( '"POT-Creation-Date: 1980-01-01T00:00:00+00:00\n"', $head );
		$this->assertStringNotContainsString( gmdate( 'Y' ), $head );
	}

	/** @dataProvider locales */
	public function test_every_string_is_translated( string $locale ): void {
		$translated = Catalogue::of( $locale );
		$template   = Catalogue::template();
		$remedy     = 'Run scripts/languages.sh update, and translate what has come';
		$this->assertSame( array(), array_keys( array_diff_key( $template, $translated ) ), $remedy );
		$this->assertSame( array(), array_keys( array_diff_key( $translated, $template ) ), $remedy );
		foreach ( $translated as $entry ) {
			$this->assertNotContains( 'fuzzy', $entry->flags, $entry->singular );
			$this->assertCount( null === $entry->plural ? 1 : 2, array_filter( $entry->translations ), "$remedy: $entry->singular" );
			foreach ( $entry->translations as $index => $text ) {
				$this->assertSame( self::places( $index ? $entry->plural : $entry->singular ), self::places( $text ), $text );
				$this->assertSame( preg_match( '/[.:]\z/', $entry->singular ), preg_match( '/[.:]\z/', $text ), $text );
			}
		}
	}

	/** @dataProvider locales */
	public function test_nothing_is_left_in_english( string $locale ): void {
		foreach ( Catalogue::of( $locale ) as $entry ) {
			if ( ! in_array( $entry->singular, self::SAME[ $locale ], true ) ) {
				$this->assertNotContains( $entry->singular, $entry->translations );
			}
		}
	}

	public function test_german_is_written_as_german(): void {
		foreach ( self::texts( 'de_DE' ) as $text ) {
			$this->assertDoesNotMatchRegularExpression( '/["\'«»]|\.\.\./u', $text, 'quotes of a typewriter' );
			$this->assertDoesNotMatchRegularExpression( '/„[^“]*(?:„|\z)|(?<!\w)”/u', $text, 'a quotation that does not end' );
			$this->assertSame( substr_count( $text, '„' ), substr_count( $text, '“' ), $text );
			$this->assertDoesNotMatchRegularExpression( '/(?<=\w |, )(?:Sie|Ihnen|Ihre?[mnrs]?)\b|\bbitte\b(?! deinen)/u', $text, 'du, and no “bitte”' );
		}
	}

	public function test_french_is_written_as_french(): void {
		foreach ( self::texts( 'fr_FR' ) as $text ) {
			$text = str_replace( array( self::OF_MAUTIC, '$is_args$args;' ), '', $text );
			$this->assertDoesNotMatchRegularExpression( '/["\'“”„]|\.\.\./u', $text, 'quotes of a typewriter, or of another language' );
			$this->assertDoesNotMatchRegularExpression( '/«(?!\x{a0})|(?<!\x{a0})»/u', $text, 'guillemets have a space within that does not break' );
			$this->assertDoesNotMatchRegularExpression( '~(?<![\x{a0}])[;!?]|(?<![\x{a0}\w]):(?!//)|\w:(?!//|\d)~u', $text, 'a space that does not break stands before ; : ! ?' );
			$this->assertDoesNotMatchRegularExpression( '/\b(?:tu|ton|tes|veuillez)\b/iu', $text, 'vous, and no “veuillez”' );
		}
	}

	/** @dataProvider locales */
	public function test_what_wordpress_reads_is_made_of_it( string $locale ): void {
		$php = require Catalogue::folder() . "connector-for-mautic-$locale.l10n.php";
		$mo  = new MO();
		$this->assertTrue( $mo->import_from_file( Catalogue::folder() . "connector-for-mautic-$locale.mo" ) );
		$entries = Catalogue::of( $locale );
		$this->assertCount( count( $entries ), $php['messages'] );
		$this->assertCount( count( $entries ), $mo->entries );
		foreach ( $entries as $entry ) {
			$key = ( null === $entry->context ? '' : $entry->context . "\4" ) . $entry->singular;
			$this->assertSame( implode( "\0", $entry->translations ), $php['messages'][ $key ] );
			$this->assertSame( $entry->translations, $mo->translate_entry( $entry )->translations ?? $mo->entries[ $entry->key() ]->translations );
		}
		$this->assertSame( $locale, $php['language'] );
	}

	/** @return array<string, array{0: string}> */
	public function locales(): array {
		return array_combine( Catalogue::LOCALES, array_map( static fn( $locale ) => array( $locale ), Catalogue::LOCALES ) );
	}

	/** @return string[] */
	private static function texts( string $locale ): array {
		return array_merge( ...array_column( array_values( Catalogue::of( $locale ) ), 'translations' ) );
	}

	/** @return string[] The places of a text, in the order of their numbers. */
	private static function places( string $text ): array {
		preg_match_all( self::PLACES, $text, $places );
		sort( $places[0] );
		return $places[0];
	}
}
