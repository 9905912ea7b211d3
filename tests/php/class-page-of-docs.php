<?php
/**
 * A page of the documentation.
 *
 * @package Connector_For_Mautic
 */

/**
 * The sections of a page in docs/, or elsewhere in the repository, with their blocks of code and links.
 */
final class Page_Of_Docs {

	public readonly string $text;

	/** @var array<int, array{heading: string, blocks: array<int, array{language: string, code: string}>}> */
	public array $sections = array( array( 'heading' => '', 'blocks' => array() ) );

	public function __construct( string $name ) {
		$this->text = file_get_contents( dirname( __DIR__, 2 ) . "/docs/$name" );
		$inside     = false;
		foreach ( explode( "\n", $this->text ) as $line ) {
			$section = &$this->sections[ array_key_last( $this->sections ) ];
			if ( str_starts_with( ltrim( $line ), '```' ) ) {
				$inside = ! $inside;
				if ( $inside ) {
					$section['blocks'][] = array( 'language' => substr( ltrim( $line ), 3 ), 'code' => '' );
				}
			} elseif ( $inside ) {
				$section['blocks'][ array_key_last( $section['blocks'] ) ]['code'] .= "$line\n";
			} elseif ( str_starts_with( $line, '#' ) ) {
				$this->sections[] = array( 'heading' => trim( $line, '# ' ), 'blocks' => array() );
			}
			unset( $section );
		}
	}

	/** @return array<int, array{language: string, code: string}> Every block, in order. */
	public function blocks(): array {
		return array_merge( ...array_column( $this->sections, 'blocks' ) );
	}

	/** @return string[] Where it leads, pictures too: addresses, paths and `#` with the name of a section. */
	public function links(): array {
		$prose = preg_replace( array( '/^\s*```.*?^\s*```$/ms', '/`[^`\n]*`/' ), '', $this->text );
		preg_match_all( '/\]\(([^)\s]+)\)/', $prose, $links );
		return $links[1];
	}

	/** @return string[] Names of the sections, as links name them. */
	public function anchors(): array {
		return array_map(
			static fn( $section ) => str_replace( ' ', '-', preg_replace( '/[^\p{L}\p{N}_ -]/u', '', mb_strtolower( $section['heading'] ) ) ),
			$this->sections
		);
	}

	/** Whether a section is about something, and has an example that uses it. */
	public function shows( string $title, string $used, string $language ): bool {
		foreach ( $this->sections as $section ) {
			if ( ! str_contains( $section['heading'], $title ) ) {
				continue;
			}
			foreach ( $section['blocks'] as $block ) {
				if ( $language === $block['language'] && str_contains( $block['code'], $used ) ) {
					return true;
				}
			}
		}
		return false;
	}
}
