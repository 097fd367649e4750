# Colour stands only where it is asked for, or on a terminal; it is never part of the text.
. "$HERE/begin"
escape=$(printf '\033')
colored() { grep -q "$escape" "$1"; }
expect 0 "$EXHIBIT" examine "$PHONE" --case c.exhibit
colored stdout && fail "colour in a pipe"
expect 0 "$EXHIBIT" show c.exhibit --kind Message
cp stdout plain
expect 0 "$EXHIBIT" show c.exhibit --kind Message --color always
colored stdout || fail "no colour"
sed "s/$escape\[[0-9;]*m//g" stdout | cmp - plain || fail "the text differs"
expect 0 "$EXHIBIT" show c.exhibit --deleted --color never
says stdout "["
expect 2 "$EXHIBIT" show c.exhibit --color sometimes

# On a terminal: unless it is dumb, or the person wants none.
command -v script >/dev/null || { echo "no pseudo-terminal"; exit 0; }
on_terminal() { env -u NO_COLOR TERM=xterm "$@" script -qec "$EXHIBIT show c.exhibit" typescript >stdout </dev/null; }
on_terminal A=b
colored stdout || fail "no colour on a terminal"
on_terminal TERM=dumb
colored stdout && fail "colour on a dumb terminal"
on_terminal NO_COLOR=1
colored stdout && fail "colour in spite of NO_COLOR"
on_terminal NO_COLOR=
colored stdout || fail "an empty NO_COLOR counts"
