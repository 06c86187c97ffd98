// What a user's other headers define before tenet comes: Qt's, X11's and Windows' macros, the last behind the first
// header of the standard library, which would have removed them.
#include <cstddef>

#define slots
#define signals public
#define emit
#define foreach Q_FOREACH
#define forever for (;;)
#define Bool int
#define Status int
#define True 1
#define False 0
#define None 0L
#define Success 0
#define Always 2
#define Above 0
#define Below 1
#define Opposite 4
#define Unsorted 0
#define Complex 0
#define Convex 2
#define Expose 12
#define KeyPress 2
#define FocusIn 9
#define FocusOut 10
#define CursorShape 0
#define InputOnly 2
#define InputOutput 1
#define GrayScale 1
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define DELETE 0x00010000L
#define ERROR 0
#define CHECK(x) x
#define PI 3.14159265358979
