// More than one function may take of the stack.
void use(char* memory);

void take() {
    char memory[20000];
    use(memory);
}
