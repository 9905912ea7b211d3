<?php
/**
 * Strings and their translations.
 *
 * @package Connector_For_Mautic
 */

require_once ABSPATH . WPINC . '/pomo/po.php';

/**
 * A .po or .pot file as WordPress reads it, and the strings that the plugin's PHP asks for.
 */
final class Catalogue {

	public const LOCALES = array( 'de_DE', 'fr_FR' );

	/** Functions that translate, and at which places their strings stand: singular, plural, context. */
	private const CALLS = array(
		'__'         => array( 0 ),
		'_e'         => array( 0 ),
		'esc_html__' => array( 0 ),
		'esc_html_e' => array( 0 ),
		'esc_attr__' => array( 0 ),
		'esc_attr_e' => array( 0 ),
		'_x'         => array( 0, null, 1 ),
		'esc_html_x' => array( 0, null, 1 ),
		'esc_attr_x' => array( 0, null, 1 ),
		'_n'         => array( 0, 1 ),
		'_nx'        => array( 0, 1, 3 ),
	);

	/** Where the built plugin has its translations. */
	public static function folder(): string {
		return SITE . '/wp-content/plugins/connector-for-mautic/languages/';
	}

	/** @return array<string, Translation_Entry> By key: context, singular and plural. */
	public static function template(): array {
		return self::read( self::folder() . 'connector-for-mautic.pot' );
	}

	/** @return array<string, Translation_Entry> By key. */
	public static function of( string $locale ): array {
		return self::read( dirname( __DIR__, 2 ) . "/wp-plugin/languages/connector-for-mautic-$locale.po" );
	}

	/** @return array<string, Translation_Entry> By key. */
	private static function read( string $file ): array {
		$po = new PO();
		if ( ! $po->import_from_file( $file ) ) {
			throw new RuntimeException( "$file cannot be read" );
		}
		$entries = array();
		foreach ( $po->entries as $entry ) {
			$entries[ self::key( $entry->singular, $entry->plural, $entry->context ) ] = $entry;
		}
		return $entries;
	}

	private static function key( string $singular, ?string $plural, ?string $context ): string {
		return implode( ' | ', array_filter( array( $context, $singular, $plural ) ) );
	}

	/** What WordPress translates of the plugin's header, which no call asks for. */
	public static function is_of_the_header( Translation_Entry $entry ): bool {
		return str_ends_with( $entry->extracted_comments, ' of the plugin' ) && array( 'connector-for-mautic.php' ) === $entry->references;
	}

	/**
	 * What the sources ask for.
	 *
	 * @return array<string, string> Where, by key.
	 */
	public static function asked_for(): array {
		$asked   = array();
		$sources = dirname( __DIR__, 2 ) . '/wp-plugin/';
		foreach ( array( ...glob( $sources . '*.php' ), ...glob( $sources . 'includes/*.php' ) ) as $file ) {
			$tokens = array_values( array_filter( PhpToken::tokenize( file_get_contents( $file ) ), static fn( $token ) => ! $token->isIgnorable() ) );
			foreach ( $tokens as $at => $token ) {
				$places = self::CALLS[ ltrim( $token->text, '\\' ) ] ?? null;
				if ( $places && $token->is( array( T_STRING, T_NAME_FULLY_QUALIFIED ) ) && '(' === $tokens[ $at + 1 ]->text && ! $tokens[ $at - 1 ]->is( array( T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION ) ) ) {
					$where = basename( $file ) . ':' . $token->line;
					$given = self::literals( $tokens, $at + 2 );
					if ( 'connector-for-mautic' !== end( $given ) ) {
						throw new RuntimeException( "$where: the text domain is missing" );
					}
					$texts = array_map( static fn( $place ) => null === $place ? null : $given[ $place ] ?? throw new RuntimeException( "$where: not a literal" ), $places ) + array( null, null, null );

					$asked[ self::key( ...$texts ) ] = $where;
				}
			}
		}
		return $asked;
	}

	/**
	 * The arguments of a call.
	 *
	 * @param PhpToken[] $tokens Of the file.
	 * @param int        $at     The first one's.
	 * @return array<int, string|null> The text of each, or null if it is not one literal.
	 */
	private static function literals( array $tokens, int $at ): array {
		$given = array( array() );
		for ( $depth = 0; $depth >= 0; ++$at ) {
			$text   = $tokens[ $at ]->text;
			$depth += match ( $text ) {
				'(', '[' => 1,
				')', ']' => -1,
				default => 0,
			};
			if ( 0 === $depth && ',' === $text ) {
				$given[] = array();
			} elseif ( $depth >= 0 ) {
				$given[ array_key_last( $given ) ][] = $tokens[ $at ];
			}
		}
		return array_map(
			static fn( $argument ) => 1 === count( $argument ) && $argument[0]->is( T_CONSTANT_ENCAPSED_STRING ) ? str_replace( array( "\\'", '\\\\' ), array( "'", '\\' ), substr( $argument[0]->text, 1, -1 ) ) : null,
			$given
		);
	}
}
