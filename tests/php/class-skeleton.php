<?php
/**
 * What a page consists of.
 *
 * @package Connector_For_Mautic
 */

/**
 * A page without its words: its tags in their order, each with the names of its attributes. Read as browsers
 * read HTML 5, by WordPress' own parser: what breaks out of a text or of an attribute changes it.
 */
final class Skeleton {

	/** Attributes that are addresses. */
	private const ADDRESSES = array( 'href', 'src', 'action', 'formaction', 'data', 'poster', 'background', 'xlink:href' );

	/** Tags without an end; that of what is read as text alone is not told apart from it. */
	private const VOID = array( 'input', 'br', 'wbr', 'img', 'link', 'meta', 'script', 'style', 'textarea', 'title' );

	/** @return string[] Such as `<a class href>` and `</a>`. */
	public static function of( string $html ): array {
		$tags = array();
		foreach ( self::walk( $html ) as $tag ) {
			$tags[] = $tag->is_tag_closer() ? '</' . strtolower( $tag->get_tag() ) . '>' : '<' . implode( ' ', array( strtolower( $tag->get_tag() ), ...( $tag->get_attribute_names_with_prefix( '' ) ?? array() ) ) ) . '>';
		}
		return $tags;
	}

	/** Where two of them part, with some tags around; an empty string if they do not. */
	public static function difference( array $one, array $other ): string {
		for ( $at = 0; $at < max( count( $one ), count( $other ) ); ++$at ) {
			if ( ( $one[ $at ] ?? '' ) !== ( $other[ $at ] ?? '' ) ) {
				return implode( ' ', array_slice( $one, max( 0, $at - 8 ), 14 ) ) . "\nis now\n" . implode( ' ', array_slice( $other, max( 0, $at - 8 ), 14 ) );
			}
		}
		return '';
	}

	/**
	 * What is wrong with a page, whatever it consists of: what could run or looks otherwise than its style says, addresses of
	 * another scheme than http and https or of the host evil.example, tags that do not match.
	 *
	 * @return string[]
	 */
	public static function faults( string $html ): array {
		$found = array();
		$open  = array();
		foreach ( self::walk( $html ) as $tag ) {
			$name = strtolower( $tag->get_tag() );
			if ( $tag->is_tag_closer() ) {
				$found = array_pop( $open ) === $name ? $found : array( ...$found, "</$name> closes something else" );
				continue;
			}
			if ( ! in_array( $name, self::VOID, true ) && ! $tag->has_self_closing_flag() ) {
				$open[] = $name;
			}
			if ( 'script' === $name && 'application/json' !== $tag->get_attribute( 'type' ) ) {
				$found[] = 'a script';
			}
			foreach ( $tag->get_attribute_names_with_prefix( '' ) ?? array() as $attribute ) {
				// As browsers do, which see no white space and no control characters in an address.
				$value = preg_replace( '/[\x00-\x20]+/', '', (string) $tag->get_attribute( $attribute ) );
				$runs  = str_starts_with( $attribute, 'on' ) || in_array( $attribute, array( 'style', 'srcdoc' ), true );
				$leads = in_array( $attribute, self::ADDRESSES, true ) && preg_match( '~^(?!https?:)[a-z][a-z0-9+.-]*:|^(https?:)?//evil\.example~i', $value );
				if ( $runs || $leads ) {
					$found[] = "$attribute: $value";
				}
			}
		}
		return array_merge( $found, array_map( static fn( $name ) => "<$name> is not closed", $open ) );
	}

	/** @return Generator<WP_HTML_Tag_Processor> At each tag. */
	private static function walk( string $html ): Generator {
		$processor = new WP_HTML_Tag_Processor( $html );
		while ( $processor->next_tag( array( 'tag_closers' => 'visit' ) ) ) {
			yield $processor;
		}
		if ( $processor->paused_at_incomplete_token() ) {
			throw new RuntimeException( 'the page ends within a tag' );
		}
	}
}
