//! What those with rights do is written down: each command that needs a right and changes something makes a line of the audit trail.

use crate::source::files;

#[test]
fn what_needs_a_right_is_written_down() {
    let mut seen = 0;
    for file in files("core").into_iter().filter(|file| file.name.contains("/commands/")) {
        let code = file.code.join("\n");
        for command in code.split("impl Command for ").skip(1) {
            if command.contains("Needs::Right(") && command.contains("LogClass::Logged") {
                let name = command.split_whitespace().next().unwrap_or_default();
                // Some commands of a file share what they do.
                let writes =
                    ["Act::new(", "Act::there(", "audit::of_modes("].iter().any(|it| command.contains(it))
                        || code.contains("Act::new(") && command.contains("told(cx");
                assert!(writes, "{name} of {} writes nothing into the audit trail", file.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "only {seen} commands need a right");
}
