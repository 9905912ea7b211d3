<?php
/**
 * Fields of the settings.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints each field with its label, its help and its problem; and one that is set outside the database
 * disabled, with its source.
 */
final class Form_Fields {

	/**
	 * Problems by field.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private array $problems;

	/**
	 * Takes what is stored and, after an error, what was typed.
	 *
	 * @param array<string, mixed>             $settings The core's view of the settings.
	 * @param array<string, string>            $typed    Typed values that were not stored.
	 * @param array<int, array<string, mixed>> $problems What is wrong, each with its `field`.
	 */
	public function __construct( private array $settings, private array $typed, array $problems ) {
		$this->problems = array_column( $problems, null, 'field' );
	}

	/**
	 * A line of text.
	 *
	 * @param string                $name       Its name.
	 * @param string                $label      Its label.
	 * @param string                $help       In plain words.
	 * @param array<string, string> $attributes Of the input.
	 */
	public function render_text( string $name, string $label, string $help, array $attributes = array() ): void {
		$this->render_input( $name, $label, $help, $attributes + array( 'value' => $this->typed( $name ) ?? (string) $this->settings[ $name ] ) );
	}

	/**
	 * A secret, which is never printed. Saved empty it keeps what is stored.
	 *
	 * @param string $name   Its name.
	 * @param string $label  Its label.
	 * @param string $help   While none is stored.
	 * @param string $stored While one is.
	 */
	public function render_secret( string $name, string $label, string $help, string $stored ): void {
		$set = $this->settings[ $name . '_set' ];
		$this->render_input(
			$name,
			$label,
			$set ? $stored : $help,
			array(
				'type'         => 'password',
				'autocomplete' => 'new-password',
				'placeholder'  => $set ? '••••••••••••' : '',
				'value'        => '',
			)
		);
	}

	/**
	 * An input with its label, its problem and its help.
	 *
	 * @param string                $name       Its name.
	 * @param string                $label      Its label.
	 * @param string                $help       In plain words.
	 * @param array<string, string> $attributes Of the input.
	 */
	private function render_input( string $name, string $label, string $help, array $attributes ): void {
		$id          = 'cfm-' . $name;
		$attributes += array(
			'type'             => 'text',
			'id'               => $id,
			'name'             => $name,
			'class'            => 'regular-text code',
			'autocomplete'     => 'off',
			'autocapitalize'   => 'off',
			'spellcheck'       => 'false',
			'aria-describedby' => "$id-problem $id-help",
		);
		if ( isset( $this->problems[ $name ] ) ) {
			$attributes['aria-invalid'] = 'true';
		}
		printf( '<div class="cfm-field"><label for="%s">%s</label><input', esc_attr( $id ), esc_html( $label ) );
		foreach ( $attributes as $attribute => $value ) {
			printf( ' %s="%s"', esc_attr( $attribute ), esc_attr( $value ) );
		}
		echo disabled( $this->is_overridden( $name ), true, false ) . '>';
		$this->render_problem( $name );
		printf( '<p class="description" id="%s">%s</p></div>', esc_attr( "$id-help" ), esc_html( $this->origin( $name ) ?? $help ) );
	}

	/**
	 * A checkbox with its label.
	 *
	 * @param string $name  Its name.
	 * @param string $label Its label.
	 * @param string $help  Id of the words that describe it.
	 */
	public function render_checkbox( string $name, string $label, string $help = '' ): void {
		$typed    = $this->typed( $name );
		$disabled = disabled( $this->is_overridden( $name ), true, false );
		// A checkbox that is off is not sent at all, and what is not sent keeps what is stored.
		printf( '<input type="hidden" name="%s" value="0"%s>', esc_attr( $name ), $disabled ); // phpcs:ignore WordPress.Security.EscapeOutput -- An attribute of WordPress' own.
		printf(
			'<label class="cfm-checkbox"><input type="checkbox" id="%s" name="%s" value="1"%s%s%s> %s</label>',
			esc_attr( 'cfm-' . $name ),
			esc_attr( $name ),
			'' === $help ? '' : sprintf( ' aria-describedby="%s"', esc_attr( $help ) ),
			checked( null === $typed ? $this->settings[ $name ] : '1' === $typed, true, false ),
			$disabled, // phpcs:ignore WordPress.Security.EscapeOutput -- As above.
			esc_html( $label )
		);
	}

	/**
	 * The choice of the method, each with whom it is for.
	 */
	public function render_methods(): void {
		$chosen = Method::tryFrom( $this->typed( 'auth_method' ) ?? $this->settings['auth_method'] );
		printf(
			'<fieldset class="cfm-methods" id="cfm-auth_method" tabindex="-1" aria-describedby="cfm-auth_method-problem cfm-auth_method-help"><legend>%s</legend>',
			esc_html__( 'Method', 'connector-for-mautic' )
		);
		foreach ( Method::cases() as $method ) {
			$id = 'cfm-method-' . $method->value;
			printf(
				'<div class="cfm-method"><span><input type="radio" id="%1$s" name="auth_method" value="%2$s" aria-describedby="%1$s-purpose"%3$s%4$s> <label for="%1$s">%5$s</label></span><p class="description" id="%1$s-purpose">%6$s</p></div>',
				esc_attr( $id ),
				esc_attr( $method->value ),
				checked( $method === $chosen, true, false ),
				disabled( $this->is_overridden( 'auth_method' ), true, false ),
				esc_html( $method->label() ),
				esc_html( $method->purpose() )
			);
		}
		$this->render_problem( 'auth_method' );
		printf( '<p class="description" id="cfm-auth_method-help">%s</p></fieldset>', esc_html( $this->origin( 'auth_method' ) ?? '' ) );
	}

	/**
	 * Whether some of the fields are not as they usually are, or wrong.
	 *
	 * @param array<string, int|bool> $usual Values by name.
	 */
	public function differ( array $usual ): bool {
		foreach ( $usual as $name => $value ) {
			$is = $this->typed( $name ) ?? $this->settings[ $name ];
			if ( isset( $this->problems[ $name ] ) || (string) (int) $value !== (string) ( is_bool( $is ) ? (int) $is : $is ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Where a value comes from that cannot be changed here, as a sentence, or null if it can.
	 *
	 * @param string $name A field's name.
	 */
	public function origin( string $name ): ?string {
		return $this->is_overridden( $name ) ? Overrides::origin( $name ) . ' ' . __( 'It cannot be changed here.', 'connector-for-mautic' ) : null;
	}

	/**
	 * What is wrong with a field; the script writes here too.
	 *
	 * @param string $name Its name.
	 */
	private function render_problem( string $name ): void {
		$problem = $this->problems[ $name ] ?? null;
		printf( '<p class="cfm-problem" id="%s" aria-live="polite">%s</p>', esc_attr( "cfm-$name-problem" ), esc_html( $problem ? Messages::text( $problem, $this->settings ) : '' ) );
	}

	/**
	 * Whether a value comes from outside the database.
	 *
	 * @param string $name A field's name.
	 */
	private function is_overridden( string $name ): bool {
		return in_array( $name, $this->settings['overridden'], true );
	}

	/**
	 * What was typed and not stored.
	 *
	 * @param string $name A field's name.
	 */
	private function typed( string $name ): ?string {
		return $this->is_overridden( $name ) ? null : $this->typed[ $name ] ?? null;
	}
}
