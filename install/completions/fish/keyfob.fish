function __keyfob_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __keyfob_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __keyfob_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __keyfob_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __keyfob_parse_tokens -S
    set -l unparsed_tokens (__keyfob_tokens -pc)
    switch $unparsed_tokens[1]
    case 'keyfob'
        __keyfob_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'init'
            __keyfob_parse_subcommand 0 'store=' 'lock-with=+' 'key-file=' 'passphrase-stdin' 'force' 'yes' 'version' 'h/help'
        case 'setup'
            __keyfob_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'docker'
                __keyfob_parse_subcommand 0 'registry=+' 'link=' 'undo' 'dry-run' 'json' 'version' 'h/help'
            case 'git'
                __keyfob_parse_subcommand 0 'host=' 'undo' 'dry-run' 'json' 'version' 'h/help'
            case 'podman'
                __keyfob_parse_subcommand 0 'undo' 'dry-run' 'json' 'version' 'h/help'
            case 'helm'
                __keyfob_parse_subcommand 0 'undo' 'dry-run' 'json' 'version' 'h/help'
            end
        case 'status'
            __keyfob_parse_subcommand 0 'json' 'version' 'h/help'
        case 'add'
            __keyfob_parse_subcommand 1 'kind=' 'username=' 'bind=+' 'scope=' 'description=' 'expires=' 'rotate-after=' 'stdin' 'fd=' 'access-key-id=' 'session-token-fd=' 'role-arn=' 'external-id=' 'mfa-serial=' 'session-name=' 'account=' 'region=' 'version' 'h/help'
        case 'import'
            __keyfob_parse_subcommand 1 'from=' 'dry-run' 'json' 'on-conflict=' 'remove-source' 'to=' 'scope=' 'yes' 'version' 'h/help'
        case 'list'
            __keyfob_parse_subcommand 0 'json' 'version' 'h/help'
        case 'show'
            __keyfob_parse_subcommand 1 'reveal' 'field=' 'yes' 'json' 'version' 'h/help'
        case 'edit'
            __keyfob_parse_subcommand 1 'secret' 'stdin' 'fd=' 'username=' 'scope=' 'description=' 'expires=' 'rotate-after=' 'access-key-id=' 'session-token-fd=' 'role-arn=' 'external-id=' 'mfa-serial=' 'session-name=' 'account=' 'region=' 'version' 'h/help'
        case 'bind'
            __keyfob_parse_subcommand -r 2 'version' 'h/help'
        case 'unbind'
            __keyfob_parse_subcommand -r 2 'version' 'h/help'
        case 'remove'
            __keyfob_parse_subcommand -r 1 'forget' 'yes' 'version' 'h/help'
        case 'explain'
            __keyfob_parse_subcommand 1 'scope=' 'username=' 'all' 'json' 'version' 'h/help'
        case 'refresh'
            __keyfob_parse_subcommand 1 'scope=' 'due' 'json' 'version' 'h/help'
        case 'unlock'
            __keyfob_parse_subcommand 0 'for=' 'stdin' 'version' 'h/help'
        case 'lock'
            __keyfob_parse_subcommand 0 'version' 'h/help'
        case 'move'
            __keyfob_parse_subcommand -r 1 'to=' 'version' 'h/help'
        case 'store'
            __keyfob_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'fsck'
                __keyfob_parse_subcommand 0 'repair' 'yes' 'json' 'version' 'h/help'
            case 'recover'
                __keyfob_parse_subcommand 0 'accept-older' 'from-keyring' 'stdin' 'yes' 'version' 'h/help'
            case 'rotate-key'
                __keyfob_parse_subcommand 0 'lock-with=+' 'key-file=' 'passphrase-stdin' 'stdin' 'version' 'h/help'
            end
        case 'completions'
            __keyfob_parse_subcommand 1 'version' 'h/help'
        case 'help'
            __keyfob_parse_subcommand -r 1 'version'
        end
    end
end

function __keyfob_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __keyfob_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __keyfob_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __keyfob_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__keyfob_tokens -p)
    if test -z "$(__keyfob_tokens -t)"
        set -l index (count (__keyfob_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'keyfob' -f
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'init' -d 'Choose where secrets are kept, and how they are locked.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'setup' -d 'Let git, docker, podman or helm ask Keyfob for credentials.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'status' -d 'Show where secrets are kept, whether they can be read, and what needs attention.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'add' -d 'Store a credential and say what it is for.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'import' -d 'Take over the logins that other programs keep.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'list' -d 'Show the credentials, never their secrets.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'show' -d 'Show everything about one credential; its secrets only with --reveal.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'edit' -d 'Change a credential; what is not given stays as it is.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'bind' -d 'Let a credential answer for further addresses.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'unbind' -d 'Let a credential no longer answer for addresses; the credential stays.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'remove' -d 'Remove credentials and their secrets for good.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'explain' -d 'Say which credential answers for an address, and why the others do not.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'refresh' -d 'Mint registry tokens anew, now.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'unlock' -d 'Open the desktop\'s keyring, or a file that is locked by a passphrase.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'lock' -d 'Lock the desktop\'s keyring, and forget the key of a file with a passphrase.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'move' -d 'Move secrets between the encrypted file and the desktop\'s keyring.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'store' -d 'Check and mend the encrypted file.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'completions' -d 'Print the completion script of a shell.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" store' -l 'store' -d 'Where secrets are kept: file, or secret-service, the desktop\'s keyring.' -rfka 'file secret-service'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init"' -l 'lock-with' -d 'What opens the store: key-file, passphrase, external-key. Several are each enough.' -rfka 'key-file passphrase external-key'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" key-file' -l 'key-file' -d 'The key file of `external-key`; by default KEYFOB_KEY_FILE.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the passphrase from standard input.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" force' -l 'force' -d 'Give up the store that is there, or was, and begin with an empty one.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob setup" -eq 1' -fa 'docker' -d 'Let docker ask Keyfob for the credentials of registries.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob setup" -eq 1' -fa 'git' -d 'Let git ask Keyfob for credentials.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob setup" -eq 1' -fa 'podman' -d 'Let podman, skopeo and buildah ask Keyfob for the credentials of registries.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob setup" -eq 1' -fa 'helm' -d 'Let helm ask Keyfob for the credentials of chart registries.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker"' -l 'registry' -d 'Only this registry. May be repeated.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" link' -l 'link' -d 'Call the helper by this link of its name.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" undo' -l 'undo' -d 'Put back what was there before setup.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" dry-run' -l 'dry-run' -d 'Show the change and make none.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup docker" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" host' -l 'host' -d 'Only this host, as in https://github.com.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" undo' -l 'undo' -d 'Put back what was there before setup.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" dry-run' -l 'dry-run' -d 'Show the change and make none.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup git" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup podman" undo' -l 'undo' -d 'Put back what was there before setup.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup podman" dry-run' -l 'dry-run' -d 'Show the change and make none.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup podman" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup podman" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup podman" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup helm" undo' -l 'undo' -d 'Put back what was there before setup.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup helm" dry-run' -l 'dry-run' -d 'Show the change and make none.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup helm" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup helm" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob setup helm" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob status" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob status" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" kind' -l 'kind' -d 'What the secret is: password, token, or access-key, of AWS.' -rfka 'password token access-key'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" username' -l 'username' -d 'The user name that goes with it. A token for a well-known host, such as ghcr.io, may do without.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add"' -l 'bind' -d 'What it is for: registry:HOST[/PATH] or git:HOST[/PATH]. May be repeated.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" scope' -l 'scope' -d 'Where it applies: a scope such as acme/work. Without one, everywhere.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" description' -l 'description' -d 'A few words about it.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" expires' -l 'expires' -d 'When the secret expires: 2026-12-31, a time, or a span such as 90d.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" rotate-after' -l 'rotate-after' -d 'When it should be replaced, written like `--expires`.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" stdin' -l 'stdin' -d 'Read the secret from standard input; one line end after it is dropped.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" fd' -l 'fd' -d 'Read the secret from this file descriptor.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" access-key-id' -l 'access-key-id' -d 'The id of an access key, such as AKIAIOSFODNN7EXAMPLE.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" session-token-fd' -l 'session-token-fd' -d 'Read the session token of a temporary key from this file descriptor.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" role-arn' -l 'role-arn' -d 'The role that is assumed with an access key.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" external-id' -l 'external-id' -d 'The external id that the role asks for.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" mfa-serial' -l 'mfa-serial' -d 'The MFA device that the role asks for: its ARN or serial number.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" session-name' -l 'session-name' -d 'What the role\'s sessions are called in AWS\' logs.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" account' -l 'account' -d 'The account whose registry stands behind a name that is not ECR\'s own.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" region' -l 'region' -d 'That registry\'s region, and the one in which the role is assumed.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" from' -l 'from' -d 'Where the logins are.' -rfka 'docker-config podman docker-secretservice git-libsecret git-store netrc pass gh'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" dry-run' -l 'dry-run' -d 'Show what would be imported, and change nothing.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" on-conflict' -l 'on-conflict' -d 'When the store has another secret for the same: ask, skip, replace or rename.' -rfka 'ask skip replace rename'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" remove-source' -l 'remove-source' -d 'Remove from the source what was imported.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" to' -l 'to' -d 'The store to keep them in: file or secret-service.' -rfka 'file secret-service'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" scope' -l 'scope' -d 'Where they apply: a scope such as acme/work. Without one, everywhere.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob import" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob list" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob list" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" reveal' -l 'reveal' -d 'Print the secret, and nothing else. On a terminal you are asked first.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" field' -l 'field' -d 'Which secret field to reveal; by default the one clients are given.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" secret' -l 'secret' -d 'Ask for a new secret.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" stdin' -l 'stdin' -d 'Read the secret from standard input; one line end after it is dropped.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" fd' -l 'fd' -d 'Read the secret from this file descriptor.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" username' -l 'username' -d 'A new user name.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" scope' -l 'scope' -d 'A new scope; empty for none.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" description' -l 'description' -d 'New words about it; empty for none.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" expires' -l 'expires' -d 'When the secret expires: 2026-12-31, a time, a span such as 90d, or never.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" rotate-after' -l 'rotate-after' -d 'When it should be replaced, written like `--expires`.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" access-key-id' -l 'access-key-id' -d 'The id of an access key, such as AKIAIOSFODNN7EXAMPLE.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" session-token-fd' -l 'session-token-fd' -d 'Read the session token of a temporary key from this file descriptor.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" role-arn' -l 'role-arn' -d 'The role that is assumed with an access key.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" external-id' -l 'external-id' -d 'The external id that the role asks for.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" mfa-serial' -l 'mfa-serial' -d 'The MFA device that the role asks for: its ARN or serial number.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" session-name' -l 'session-name' -d 'What the role\'s sessions are called in AWS\' logs.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" account' -l 'account' -d 'The account whose registry stands behind a name that is not ECR\'s own.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" region' -l 'region' -d 'That registry\'s region, and the one in which the role is assumed.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob edit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob bind" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob bind" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unbind" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unbind" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob remove" forget' -l 'forget' -d 'Remove them although the keyring cannot be asked, and leave it what it has.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob remove" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob remove" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" scope' -l 'scope' -d 'Explain for this scope, not for the one in effect here.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" username' -l 'username' -d 'Explain for a request of git that names this user.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" all' -l 'all' -d 'Show the credentials for other hosts as well.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob refresh" scope' -l 'scope' -d 'Mint for this scope, not for the one in effect here.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob refresh" due' -l 'due' -d 'Only tokens that are past half of their life, or came from files that changed.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob refresh" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob refresh" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob refresh" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unlock" for' -l 'for' -d 'For how long a file is open: 15m, 8h, 2d.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unlock" stdin' -l 'stdin' -d 'Read the passphrase from standard input.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unlock" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob unlock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob lock" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob lock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob move" to' -l 'to' -d 'Where to: file or secret-service.' -rfka 'file secret-service'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob move" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob move" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob store" -eq 1' -fa 'fsck' -d 'Check every part of the encrypted file, and the keyring where it is in use.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob store" -eq 1' -fa 'recover' -d 'Find a way back to a store that does not open.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob store" -eq 1' -fa 'rotate-key' -d 'Seal everything anew under new keys, and choose what opens them.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store fsck" repair' -l 'repair' -d 'Remove items of the keyring that no credential names.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store fsck" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store fsck" json' -l 'json' -d 'Print JSON.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store fsck" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store fsck" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" accept-older' -l 'accept-older' -d 'Take the file as it is for the newest, though a newer one was used.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" from-keyring' -l 'from-keyring' -d 'Take back every credential that the keyring holds and the file does not know.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" stdin' -l 'stdin' -d 'Read the passphrase from standard input.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" yes' -l 'yes' -d 'Do not ask.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store recover" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key"' -l 'lock-with' -d 'What opens the store: key-file, passphrase, external-key. Several are each enough.' -rfka 'key-file passphrase external-key'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key" key-file' -l 'key-file' -d 'The key file of `external-key`; by default KEYFOB_KEY_FILE.' -rfka ''
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the passphrase from standard input.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key" stdin' -l 'stdin' -d 'Read the passphrase that opens the store now from standard input.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob store rotate-key" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_positional "keyfob completions" -eq 1' -fka 'bash zsh fish'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob completions" version' -l 'version' -d 'Show the version.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob completions" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'keyfob' -n '__keyfob_should_offer_completions_for_flags_or_options "keyfob help" version' -l 'version' -d 'Show the version.'
