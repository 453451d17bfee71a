/** Device memory that the kernels share with JCuda. */
package org.onelabel.jcuda;
