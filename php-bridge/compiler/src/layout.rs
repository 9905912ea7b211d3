//! Indents the text of a class.
//!
//! Each line is one statement or less. Two kinds of braces do not indent, since that would be two thirds of
//! all indentation and say nothing: those of the class, which is all of the file, and those of
//! `do{…}while(0)`, which is WebAssembly's way to have a place to `break` to.

/// Nothing is indented further than this, so that deep nesting does not take more room than code.
const MAX_DEPTH: usize = 40;

const BLOCK_END: &str = "}while(0);";

/// An open bracket, of any kind.
struct Bracket {
    indents: bool,
    is_switch: bool,
}

/// Indents the lines of a class with tabs.
pub(crate) fn indent(text: &str) -> String {
    let mut blocks = blocks(text).into_iter();
    let mut output = String::with_capacity(text.len() + text.len() / 8);
    let mut open: Vec<Bracket> = Vec::new();
    let mut depth = 0;
    for line in text.lines() {
        let mut brackets = brackets(line);
        if line.starts_with(['}', ']', ')']) {
            brackets.next();
            depth -= open.pop().map_or(0, |bracket| usize::from(bracket.indents));
        }
        if is_method(line) && output.ends_with("}\n") {
            output.push('\n');
        }
        let is_label = line.starts_with("case ") || line.starts_with("default:");
        let outdent = is_label && open.last().is_some_and(|bracket| bracket.is_switch);
        let tabs = depth - usize::from(outdent);
        output.extend(std::iter::repeat_n('\t', tabs.min(MAX_DEPTH)));
        output.push_str(line);
        output.push('\n');
        // However many brackets a line leaves open, what is inside is one step further in.
        let start = depth;
        for bracket in brackets {
            if is_opening(bracket) {
                let is_block = bracket == b'{' && blocks.next().unwrap_or(false);
                let indents = depth == start && !is_block && !open.is_empty();
                depth += usize::from(indents);
                open.push(Bracket {
                    indents,
                    is_switch: bracket == b'{' && line.starts_with("switch"),
                });
            } else {
                depth -= open.pop().map_or(0, |bracket| usize::from(bracket.indents));
            }
        }
    }
    output
}

/// For each opening brace, whether `}while(0);` closes it.
fn blocks(text: &str) -> Vec<bool> {
    let mut blocks = Vec::new();
    let mut open = Vec::new();
    for line in text.lines() {
        for bracket in brackets(line) {
            if bracket == b'{' {
                open.push(blocks.len());
                blocks.push(false);
            } else if bracket == b'}'
                && let Some(index) = open.pop()
            {
                blocks[index] = line == BLOCK_END;
            }
        }
    }
    blocks
}

fn is_method(line: &str) -> bool {
    ["function ", "static function ", "protected function "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn is_opening(bracket: u8) -> bool {
    matches!(bracket, b'{' | b'[' | b'(')
}

/// The brackets of a line that are not in a string literal.
fn brackets(line: &str) -> impl Iterator<Item = u8> {
    let mut quote = None;
    let mut escaped = false;
    line.bytes().filter(move |byte| {
        if escaped {
            escaped = false;
            return false;
        }
        match quote {
            Some(end) => {
                escaped = *byte == b'\\';
                if *byte == end {
                    quote = None;
                }
                false
            }
            None => {
                if matches!(byte, b'"' | b'\'') {
                    quote = Some(*byte);
                }
                is_opening(*byte) || matches!(byte, b'}' | b']' | b')')
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::indent;

    #[test]
    fn braces_indent_but_not_those_of_a_class_or_a_block() {
        let text = "final class A {\nconst B=\"}{\\\"{\";\nfunction f0($a){\ndo{\nif($a){\nbreak;\n}\n\
            }while(0);\nswitch($a){\ncase 1:\nreturn;\ndefault:\ndo{\n$a=1;\n}while($a);\n}\n}\n\
            function f1(){\n$a=[1,2,\n3];\n}\n}\n";
        let indented = "final class A {\nconst B=\"}{\\\"{\";\nfunction f0($a){\n\tdo{\n\tif($a){\n\t\tbreak;\n\t}\n\
            \t}while(0);\n\tswitch($a){\n\tcase 1:\n\t\treturn;\n\tdefault:\n\t\tdo{\n\t\t\t$a=1;\n\t\t}while($a);\n\t}\n}\n\n\
            function f1(){\n\t$a=[1,2,\n\t\t3];\n}\n}\n";
        assert_eq!(indent(text), indented);
    }
}
